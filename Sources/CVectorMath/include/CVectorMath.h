// Element-wise mathematics over arrays, of Float32 where not said otherwise, vectorised for the CPU
// that the program runs on.
//
// Swift code is compiled for the baseline CPU; these loops are compiled several times and the
// widest version that the processor supports is chosen when the program is loaded. Every function
// takes row-major arrays; an output may be the same array as an input, but must not overlap it
// otherwise.

#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Element-wise functions, y[i] = f(x[i])

// Error below 2 units in the last place; 0 below -103.97, infinity above 88.72.
void vm_exp(const float *x, float *y, size_t n);
// Error below 2 units in the last place; -infinity at 0, NaN below.
void vm_log(const float *x, float *y, size_t n);
// Error below 7 units in the last place, never outside [-1, 1].
void vm_tanh(const float *x, float *y, size_t n);
// 1 / (1 + exp(-x)); error below 3 units in the last place, but 0 below -88.72.
void vm_sigmoid(const float *x, float *y, size_t n);
// log(1 + exp(x)) without overflow; error below 3 units in the last place.
void vm_softplus(const float *x, float *y, size_t n);
// x for x > 0, 0 otherwise; NaN stays NaN
void vm_relu(const float *x, float *y, size_t n);
// x for x > 0, exp(x) - 1 otherwise; error below 3 units in the last place.
void vm_elu(const float *x, float *y, size_t n);
// 1 for x > 0, 0 otherwise: the derivative of relu
void vm_step(const float *x, float *y, size_t n);
// 1 for y > 0, y + 1 otherwise: the derivative of elu, from its output
void vm_elu_derivative(const float *y, float *d, size_t n);
void vm_scale(const float *x, float factor, float *y, size_t n);
void vm_shift(const float *x, float offset, float *y, size_t n);

// MARK: Element-wise functions of two arrays

void vm_add(const float *a, const float *b, float *y, size_t n);
void vm_subtract(const float *a, const float *b, float *y, size_t n);
void vm_multiply(const float *a, const float *b, float *y, size_t n);
void vm_divide(const float *a, const float *b, float *y, size_t n);
// y[i] = d[i] * (1 - t[i]^2): the pullback of tanh from its output t
void vm_tanh_pullback(const float *d, const float *t, float *y, size_t n);
// y[i] = -2 * g[i] * d[i] * t[i]: the derivative of the line above in t, along g
void vm_tanh_second_pullback(
    const float *g, const float *d, const float *t, float *y, size_t n);
// y[i] = d[i] * (t[i] > 0): the pullback of relu from its output t
void vm_relu_pullback(const float *d, const float *t, float *y, size_t n);

// MARK: Reductions

float vm_sum(const float *x, size_t n);
float vm_dot(const float *a, const float *b, size_t n);
// whether no element is infinite or NaN
bool vm_is_finite(const float *x, size_t n);
// y[j] = sum over i of x[i][j]
void vm_sum_rows(const float *x, float *y, size_t rows, size_t columns);
// y[i] = sum over j of x[i][j]
void vm_sum_columns(const float *x, float *y, size_t rows, size_t columns);

// MARK: A matrix and a vector

// y[i][j] = x[i][j] + v[j]
void vm_add_row(const float *x, const float *v, float *y, size_t rows, size_t columns);
// y[i][j] = x[i][j] * v[i]
void vm_multiply_column(const float *x, const float *v, float *y, size_t rows, size_t columns);
// y[i][j] = x[i][j] - log(sum over k of exp(x[i][k])), stable
void vm_log_softmax(const float *x, float *y, size_t rows, size_t columns);
// y[j] = b[j] + sum over i of x[i] * w[i][j]: one row through a dense layer
void vm_dense(
    const float *x, const float *w, const float *b, float *y, size_t inputs, size_t outputs);

// MARK: Rows of Bernoulli variables with logits a

// y[i] = sum over j of x[i][j] a[i][j] - log(1 + exp(a[i][j]))
void vm_bernoulli_log_likelihood(
    const float *x, const float *a, float *y, size_t rows, size_t columns);
// y[i][j] = d[i] (x[i][j] - sigmoid(a[i][j])): the pullback of the line above in a
void vm_bernoulli_residual(
    const float *x, const float *a, const float *d, float *y, size_t rows, size_t columns);
// y[i][j] = -d[i] g[i][j] sigmoid'(a[i][j]): the pullback of the line above in a, along g
void vm_bernoulli_curvature(
    const float *g, const float *a, const float *d, float *y, size_t rows, size_t columns);

// MARK: Optimiser steps, in place

// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
// p -= step m / (sqrt(v / correction2) + epsilon), where step is the learning rate over the first
// moment's bias correction.
void vm_adam(
    float *p, const float *g, float *m, float *v, size_t n, float step, float beta1,
    float one_minus_beta1, float beta2, float one_minus_beta2, float inverse_correction2,
    float epsilon);
// v = decay v + (1 - decay) g^2; p -= rate g / sqrt(v + epsilon), or g / (sqrt(v) + epsilon).
void vm_rmsprop(
    float *p, const float *g, float *v, size_t n, float rate, float decay, float epsilon,
    bool epsilon_inside_root);
// b = momentum b + g; p -= rate b
void vm_momentum(float *p, const float *g, float *b, size_t n, float rate, float momentum);

// y += rate (x - y): a step of a moving average.
void vm_move_towards(float *y, const float *x, size_t n, float rate);

// MARK: Sines and cosines of doubles

// sines[i] = sin(x[i]), cosines[i] = cos(x[i]), with the bits of the C library's functions; what a
// number gives never depends on the others. In the lanes of vectors where 2^-26 <= |x| < 0.855, the
// processor has a fused multiply-add and the C library is glibc. The algorithm is glibc's, IBM's
// Accurate Mathematical Library; the first call tries out whether the library on the machine gives
// the same bits, and takes its functions if not.
void vm_sine_and_cosine(const double *x, double *sines, double *cosines, size_t n);
// The same, always by the C library's functions.
void vm_sine_and_cosine_one_by_one(const double *x, double *sines, double *cosines, size_t n);
// Whether the vectors give the bits of these two functions, at 8,818 arguments: over the whole
// range, and where it shows how the functions were compiled. False where there are no such vectors.
bool vm_lanes_give_bits_of(double (*sine)(double), double (*cosine)(double));

// MARK: Memory

// Asks the C library to keep freed memory for the next allocation instead of handing it back to the
// system: arrays of some hundred kilobytes, made and freed at every operation, would otherwise be
// paid for in page faults each time. Does nothing where the C library has no such setting.
void vm_keep_freed_memory(void);

// MARK: Recording

// Whether operations of this thread are recorded for differentiation; a counter of nested requests
// not to.
int vm_recording_suspensions(void);
void vm_suspend_recording(void);
void vm_resume_recording(void);

#ifdef __cplusplus
}
#endif

#endif
