#include "CVectorMath.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// x86-64-v3 has AVX2 and fused multiply-add, v4 AVX-512. Elsewhere the baseline has the vectors
// already (NEON). The choice is made too early for the thread sanitiser.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif
#define INLINE static inline __attribute__((always_inline))
// Each iteration touches its own index alone, so an output may be one of the inputs.
#define VECTORISED _Pragma("clang loop vectorize(assume_safety)")

INLINE uint32_t bits_of(float x) {
  uint32_t b;
  memcpy(&b, &x, sizeof b);
  return b;
}

INLINE float float_of(uint32_t b) {
  float x;
  memcpy(&x, &b, sizeof x);
  return x;
}

// MARK: Scalar kernels, branch-free so that loops over them vectorise.
// The coefficients are weighted minimax fits (relative error below 1e-8) made for this file.

// Not sqrtf, which sets errno for negative arguments: loops with it stay scalar, and a program
// would have to link libm.
INLINE float sqrt1(float x) { return __builtin_elementwise_sqrt(x); }

// exp(x) = 2^k exp(r), |r| <= ln 2 / 2. Two factors of 2 reach the subnormals.
INLINE float exp1(float x) {
  // Not x < -104, which would leave NaN in c: that has no integer.
  float c = x > 88.8f ? 88.8f : (x > -104.0f ? x : -104.0f);
  float k = c * 1.44269504f;
  k = (k + 12582912.0f) - 12582912.0f;  // rounds to the nearest integer
  float r = c - k * 0.693359375f;
  r = r + k * 2.12194440e-4f;
  float p = 1.381314236e-3f;
  p = p * r + 8.369419043e-3f;
  p = p * r + 4.166845683e-2f;
  p = p * r + 1.666651479e-1f;
  p = p * r + 4.999999305e-1f;
  p = p * (r * r) + r + 1.0f;
  int32_t i = (int32_t)k;
  int32_t half = i >> 1;
  float y = p * float_of((uint32_t)(half + 127) << 23) * float_of((uint32_t)(i - half + 127) << 23);
  return x != x ? x : y;
}

// log(x) = e ln 2 + log(m), m in [sqrt(1/2), sqrt 2).
INLINE float log1(float x) {
  float scaled = x < 1.17549435e-38f ? x * 8388608.0f : x;
  float shift = x < 1.17549435e-38f ? -23.0f : 0.0f;
  uint32_t b = bits_of(scaled);
  uint32_t t = b - 0x3f3504f3u;
  int32_t e = (int32_t)t >> 23;
  float f = float_of((t & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  float k = (float)e + shift;
  float p = -7.634429907e-2f;
  p = p * f + 1.276155036e-1f;
  p = p * f - 1.316019505e-1f;
  p = p * f + 1.420176247e-1f;
  p = p * f - 1.662335648e-1f;
  p = p * f + 2.000122667e-1f;
  p = p * f - 2.500082106e-1f;
  p = p * f + 3.333333171e-1f;
  float f2 = f * f;
  float y = p * f2 * f + k * -2.12194440e-4f;
  y = y - 0.5f * f2;
  y = f + y + k * 0.693359375f;
  y = x == 0.0f ? -INFINITY : y;
  y = x < 0.0f ? NAN : y;
  y = x == INFINITY ? INFINITY : y;
  return x != x ? x : y;
}

// tanh(x) = x P(x^2) / Q(x^2) up to 9, where it rounds to 1.
INLINE float tanh1(float x) {
  float c = x > 9.0f ? 9.0f : (x < -9.0f ? -9.0f : x);
  float u = c * c;
  float p = 1.331906033e-8f;
  p = p * u + 2.058347209e-5f;
  p = p * u + 3.494033982e-3f;
  p = p * u + 1.337971746e-1f;
  p = p * u + 9.99999979e-1f;
  float q = 7.762014441e-7f;
  q = q * u + 3.283091904e-4f;
  q = q * u + 2.5871071e-2f;
  q = q * u + 4.671303271e-1f;
  q = q * u + 1.0f;
  float y = c * p / q;
  y = y > 1.0f ? 1.0f : (y < -1.0f ? -1.0f : y);
  return x != x ? x : y;
}

INLINE float sigmoid1(float x) { return 1.0f / (1.0f + exp1(-x)); }

// max(x, 0) + log(1 + exp(-|x|)); log(1 + e) is corrected for the rounding of 1 + e.
INLINE float softplus1(float x) {
  float a = x < 0.0f ? x : -x;
  float e = exp1(a);
  float s = 1.0f + e;
  float lost = e - (s - 1.0f);
  float l = log1(s) + lost / s;
  return x != x ? x : (x > 0.0f ? x : 0.0f) + l;
}

// exp(x) - 1 for x <= 0: a polynomial where the subtraction would cancel.
INLINE float elu1(float x) {
  float r = x > -0.35f ? x : -0.35f;
  r = r < 0.0f ? r : 0.0f;
  float p = 1.381314236e-3f;
  p = p * r + 8.369419043e-3f;
  p = p * r + 4.166845683e-2f;
  p = p * r + 1.666651479e-1f;
  p = p * r + 4.999999305e-1f;
  float near = p * (r * r) + r;
  float negative = x > -0.35f ? near : exp1(x < 0.0f ? x : 0.0f) - 1.0f;
  return x > 0.0f || x != x ? x : negative;
}

#define UNARY(name, expression)                                    \
  DISPATCHED void name(const float *x, float *y, size_t n) {       \
    VECTORISED for (size_t i = 0; i < n; i++) {                    \
      float v = x[i];                                              \
      y[i] = (expression);                                         \
    }                                                              \
  }

UNARY(vm_exp, exp1(v))
UNARY(vm_log, log1(v))
UNARY(vm_tanh, tanh1(v))
UNARY(vm_sigmoid, sigmoid1(v))
UNARY(vm_softplus, softplus1(v))
// Not v > 0 ? v : 0, which would turn NaN into 0.
UNARY(vm_relu, v <= 0.0f ? 0.0f : v)
UNARY(vm_elu, elu1(v))
UNARY(vm_step, v > 0.0f ? 1.0f : 0.0f)
UNARY(vm_elu_derivative, v > 0.0f ? 1.0f : v + 1.0f)

DISPATCHED void vm_scale(const float *x, float factor, float *y, size_t n) {
  VECTORISED for (size_t i = 0; i < n; i++) y[i] = x[i] * factor;
}

DISPATCHED void vm_shift(const float *x, float offset, float *y, size_t n) {
  VECTORISED for (size_t i = 0; i < n; i++) y[i] = x[i] + offset;
}

#define BINARY(name, first, second, expression)                                      \
  DISPATCHED void name(const float *first, const float *second, float *y, size_t n) { \
    VECTORISED for (size_t i = 0; i < n; i++) y[i] = (expression);                   \
  }

BINARY(vm_add, a, b, a[i] + b[i])
BINARY(vm_subtract, a, b, a[i] - b[i])
BINARY(vm_multiply, a, b, a[i] * b[i])
BINARY(vm_divide, a, b, a[i] / b[i])
BINARY(vm_tanh_pullback, d, t, d[i] * (1.0f - t[i] * t[i]))
BINARY(vm_relu_pullback, d, t, d[i] * (t[i] > 0.0f ? 1.0f : 0.0f))

DISPATCHED void vm_tanh_second_pullback(
    const float *g, const float *d, const float *t, float *y, size_t n) {
  VECTORISED for (size_t i = 0; i < n; i++) y[i] = -2.0f * g[i] * d[i] * t[i];
}

// Sixteen fixed lanes: the sum has the same order, and so the same bits, at every vector width.
enum { LANES = 16 };

DISPATCHED float vm_sum(const float *x, size_t n) {
  float lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t j = 0; j < LANES; j++) lane[j] += x[i + j];
  for (size_t j = 0; i < n; i++, j++) lane[j] += x[i];
  for (size_t width = LANES / 2; width > 0; width /= 2)
    for (size_t j = 0; j < width; j++) lane[j] += lane[j + width];
  return lane[0];
}

DISPATCHED float vm_dot(const float *a, const float *b, size_t n) {
  float lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t j = 0; j < LANES; j++) lane[j] += a[i + j] * b[i + j];
  for (size_t j = 0; i < n; i++, j++) lane[j] += a[i] * b[i];
  for (size_t width = LANES / 2; width > 0; width /= 2)
    for (size_t j = 0; j < width; j++) lane[j] += lane[j + width];
  return lane[0];
}

DISPATCHED bool vm_is_finite(const float *x, size_t n) {
  // The largest exponent; that of infinities and NaN has all bits. Integers have no order of addition that
  // a compiler has to keep.
  uint32_t largest = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    uint32_t exponent = bits & 0x7f800000;
    largest = exponent > largest ? exponent : largest;
  }
  return largest < 0x7f800000;
}

DISPATCHED void vm_sum_rows(const float *x, float *restrict y, size_t rows, size_t columns) {
  if (columns == 1) {
    y[0] = vm_sum(x, rows);
    return;
  }
  for (size_t j = 0; j < columns; j++) y[j] = 0.0f;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) y[j] += x[i * columns + j];
}

DISPATCHED void vm_sum_columns(const float *x, float *restrict y, size_t rows, size_t columns) {
  if (columns < 8) {
    for (size_t i = 0; i < rows; i++) {
      float s = 0.0f;
      for (size_t j = 0; j < columns; j++) s += x[i * columns + j];
      y[i] = s;
    }
  } else {
    for (size_t i = 0; i < rows; i++) y[i] = vm_sum(x + i * columns, columns);
  }
}

DISPATCHED void vm_bernoulli_log_likelihood(
    const float *x, const float *a, float *restrict y, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    const float *xi = x + i * columns, *ai = a + i * columns;
    float lane[LANES] = {0};
    size_t k = 0;
    for (; k + LANES <= columns; k += LANES)
      for (size_t j = 0; j < LANES; j++)
        lane[j] += xi[k + j] * ai[k + j] - softplus1(ai[k + j]);
    float s = 0.0f;
    for (size_t j = 0; j < LANES; j++) s += lane[j];
    for (; k < columns; k++) s += xi[k] * ai[k] - softplus1(ai[k]);
    y[i] = s;
  }
}

DISPATCHED void vm_bernoulli_residual(
    const float *x, const float *a, const float *d, float *y, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float f = d[i];
    size_t o = i * columns;
    VECTORISED for (size_t j = o; j < o + columns; j++) y[j] = f * (x[j] - sigmoid1(a[j]));
  }
}

DISPATCHED void vm_bernoulli_curvature(
    const float *g, const float *a, const float *d, float *y, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float f = -d[i];
    size_t o = i * columns;
    VECTORISED for (size_t j = o; j < o + columns; j++) {
      float s = sigmoid1(a[j]);
      y[j] = f * g[j] * (s * (1.0f - s));
    }
  }
}

DISPATCHED void vm_add_row(
    const float *x, const float *v, float *y, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++)
    VECTORISED for (size_t j = 0; j < columns; j++)
      y[i * columns + j] = x[i * columns + j] + v[j];
}

DISPATCHED void vm_multiply_column(
    const float *x, const float *v, float *y, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float s = v[i];
    VECTORISED for (size_t j = 0; j < columns; j++) y[i * columns + j] = x[i * columns + j] * s;
  }
}

DISPATCHED void vm_log_softmax(const float *x, float *y, size_t rows, size_t columns) {
  enum { BLOCK = 512 };
  float buffer[BLOCK];
  if (columns > BLOCK) {  // one long row at a time
    for (size_t i = 0; i < rows; i++) {
      const float *row = x + i * columns;
      float top = row[0], sum = 0.0f;
      for (size_t j = 1; j < columns; j++) top = row[j] > top ? row[j] : top;
      for (size_t j = 0; j < columns; j++) sum += exp1(row[j] - top);
      // Not row[j] - (top + log), which would round away the logarithm beside a large top.
      float log = log1(sum);
      for (size_t j = 0; j < columns; j++) y[i * columns + j] = (row[j] - top) - log;
    }
    return;
  }
  // Several short rows at a time, so that exp runs over whole vectors.
  size_t block = BLOCK / columns;
  for (size_t start = 0; start < rows; start += block) {
    size_t count = rows - start < block ? rows - start : block;
    const float *in = x + start * columns;
    float *out = y + start * columns;
    for (size_t i = 0; i < count; i++) {
      float top = in[i * columns];
      for (size_t j = 1; j < columns; j++)
        top = in[i * columns + j] > top ? in[i * columns + j] : top;
      for (size_t j = 0; j < columns; j++) out[i * columns + j] = in[i * columns + j] - top;
    }
    for (size_t k = 0; k < count * columns; k++) buffer[k] = exp1(out[k]);
    for (size_t i = 0; i < count; i++) {
      float sum = 0.0f;
      for (size_t j = 0; j < columns; j++) sum += buffer[i * columns + j];
      buffer[i] = sum;
    }
    for (size_t i = 0; i < count; i++) buffer[i] = log1(buffer[i]);
    for (size_t i = 0; i < count; i++)
      for (size_t j = 0; j < columns; j++) out[i * columns + j] -= buffer[i];
  }
}

// A tile of outputs stays in registers while the inputs pass.
INLINE void dense_tile(
    const float *x, const float *w, const float *b, float *restrict y, size_t inputs,
    size_t outputs, size_t width) {
  float tile[64];
  for (size_t k = 0; k < width; k++) tile[k] = b[k];
  for (size_t i = 0; i < inputs; i++)
    for (size_t k = 0; k < width; k++) tile[k] += x[i] * w[i * outputs + k];
  for (size_t k = 0; k < width; k++) y[k] = tile[k];
}

DISPATCHED void vm_dense(
    const float *x, const float *w, const float *b, float *restrict y, size_t inputs,
    size_t outputs) {
  size_t j = 0;
  for (; j + 64 <= outputs; j += 64) dense_tile(x, w + j, b + j, y + j, inputs, outputs, 64);
  for (; j + 8 <= outputs; j += 8) dense_tile(x, w + j, b + j, y + j, inputs, outputs, 8);
  for (; j < outputs; j++) {
    float s = b[j];
    for (size_t i = 0; i < inputs; i++) s += x[i] * w[i * outputs + j];
    y[j] = s;
  }
}

// Averages of gradients that have become 0, as those of dead units do, would decay to numbers below
// FLT_MIN and stay there, since 0.9 times the smallest number rounds to itself; computing with such
// numbers takes a hundred times as long.
INLINE float without_subnormals(float x) { return x > -FLT_MIN && x < FLT_MIN ? 0.0f : x; }

DISPATCHED void vm_adam(
    float *restrict p, const float *restrict g, float *restrict m, float *restrict v, size_t n,
    float step, float beta1, float one_minus_beta1, float beta2, float one_minus_beta2,
    float inverse_correction2, float epsilon) {
  for (size_t i = 0; i < n; i++) {
    m[i] = without_subnormals(beta1 * m[i] + one_minus_beta1 * g[i]);
    v[i] = without_subnormals(beta2 * v[i] + one_minus_beta2 * g[i] * g[i]);
    p[i] -= step * m[i] / (sqrt1(v[i] * inverse_correction2) + epsilon);
  }
}

DISPATCHED void vm_rmsprop(
    float *restrict p, const float *restrict g, float *restrict v, size_t n, float rate,
    float decay, float epsilon, bool epsilon_inside_root) {
  float inside = epsilon_inside_root ? epsilon : 0.0f;
  float outside = epsilon_inside_root ? 0.0f : epsilon;
  for (size_t i = 0; i < n; i++) {
    v[i] = without_subnormals(decay * v[i] + (1.0f - decay) * g[i] * g[i]);
    p[i] -= rate * g[i] / (sqrt1(v[i] + inside) + outside);
  }
}

DISPATCHED void vm_momentum(
    float *restrict p, const float *restrict g, float *restrict b, size_t n, float rate,
    float momentum) {
  for (size_t i = 0; i < n; i++) {
    b[i] = without_subnormals(momentum * b[i] + g[i]);
    p[i] -= rate * b[i];
  }
}

DISPATCHED void vm_move_towards(
    float *restrict y, const float *restrict x, size_t n, float rate) {
  for (size_t i = 0; i < n; i++) y[i] += rate * (x[i] - y[i]);
}

void vm_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

static _Thread_local int recording_suspensions = 0;

int vm_recording_suspensions(void) { return recording_suspensions; }
void vm_suspend_recording(void) { recording_suspensions++; }
void vm_resume_recording(void) { recording_suspensions--; }
