#include "CCartPole.h"

#include <math.h>
#include <string.h>

// The bits are those of one cart alone: products are fused with sums where it says so, nowhere else.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

#define LANES 4
typedef double Doubles __attribute__((vector_size(LANES * sizeof(double))));
typedef float Floats __attribute__((vector_size(LANES * sizeof(float))));
typedef int64_t Integers __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef int8_t Bytes __attribute__((vector_size(LANES)));

// As in CartPole+Motion.swift.
static const double gravity = 9.8, pole_mass = 0.1, total_mass = 1.0 + 0.1, half_length = 0.5;
static const double pole_mass_length = 0.1 * 0.5, time_step = 0.02;
static const double position_limit = 2.4, angle_limit = 12 * 2 * M_PI / 360;

#define ALL(x) ((Doubles){x, x, x, x})

// Divides by total_mass, correctly rounded like any division.
//
// A product with the rounded inverse is off by less than a unit in the last place, since this inverse
// is off by 0.43 of half a unit, and the exact rest then leads to the right neighbour (P. W. Markstein,
// "Computation of elementary functions on the IBM RISC System/6000 processor", 1990). It takes a
// fraction of the time of a division.
INLINE void divide_by_total_mass(Doubles *x, bool has_fused) {
  if (!has_fused) {
    *x /= total_mass;
    return;
  }
  Doubles inverse = ALL(1 / total_mass);
  Doubles quotient = *x * inverse;
  Doubles rest = __builtin_elementwise_fma(-quotient, ALL(total_mass), *x);
  *x = __builtin_elementwise_fma(rest, inverse, quotient);
}

#define LOAD(lanes, address) memcpy(&(lanes), (address), sizeof(lanes))
#define STORE(address, lanes) memcpy((address), &(lanes), sizeof(lanes))

// The order of the operations is that of CartPole+Motion.swift.
INLINE bool advance(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count, bool has_fused) {
  Integers seen = {0};
  for (size_t i = first; i < first + count; i += LANES) {
    Doubles x, angle, v, w, sine, cosine;
    Integers action;
    LOAD(x, columns.position + i);
    LOAD(angle, columns.angle + i);
    LOAD(v, columns.velocity + i);
    LOAD(w, columns.angular_velocity + i);
    LOAD(sine, columns.sine + i);
    LOAD(cosine, columns.cosine + i);
    LOAD(action, actions + i);
    seen |= action;

    // 10 N with the sign bit of a push to the left.
    Doubles force = (Doubles)((Integers)ALL(10.0) | (action ^ 1) << 63);
    Doubles push = force + pole_mass_length * (w * w) * sine;
    divide_by_total_mass(&push, has_fused);
    Doubles share = pole_mass * (cosine * cosine);
    divide_by_total_mass(&share, has_fused);
    Doubles angular_acceleration =
        (gravity * sine - cosine * push) / (half_length * (4.0 / 3.0 - share));
    Doubles reaction = pole_mass_length * angular_acceleration * cosine;
    divide_by_total_mass(&reaction, has_fused);
    Doubles acceleration = push - reaction;
    x = x + time_step * v;
    angle = angle + time_step * w;
    v = v + time_step * acceleration;
    w = w + time_step * angular_acceleration;
    STORE(columns.position + i, x);
    STORE(columns.angle + i, angle);
    STORE(columns.velocity + i, v);
    STORE(columns.angular_velocity + i, w);

    Floats rounded_x = __builtin_convertvector(x, Floats);
    Floats rounded_v = __builtin_convertvector(v, Floats);
    Floats rounded_angle = __builtin_convertvector(angle, Floats);
    Floats rounded_w = __builtin_convertvector(w, Floats);
    Floats xv01 = __builtin_shufflevector(rounded_x, rounded_v, 0, 4, 1, 5);
    Floats xv23 = __builtin_shufflevector(rounded_x, rounded_v, 2, 6, 3, 7);
    Floats aw01 = __builtin_shufflevector(rounded_angle, rounded_w, 0, 4, 1, 5);
    Floats aw23 = __builtin_shufflevector(rounded_angle, rounded_w, 2, 6, 3, 7);
    Floats observations[LANES] = {
        __builtin_shufflevector(xv01, aw01, 0, 1, 4, 5),
        __builtin_shufflevector(xv01, aw01, 2, 3, 6, 7),
        __builtin_shufflevector(xv23, aw23, 0, 1, 4, 5),
        __builtin_shufflevector(xv23, aw23, 2, 3, 6, 7),
    };
    STORE(rows.observations + 4 * i, observations);

    Integers is_outside = (x > position_limit) | (x < -position_limit) | (angle > angle_limit) |
                          (angle < -angle_limit);
    Bytes ends = __builtin_convertvector(is_outside & 1, Bytes);
    Doubles reward = ALL(1.0);
    STORE(rows.rewards + i, reward);
    STORE(rows.is_terminated + i, ends);
    STORE(has_ended + i, ends);
    memset(rows.is_truncated + i, 0, LANES);
  }
  return ((seen[0] | seen[1] | seen[2] | seen[3]) & ~INT64_C(1)) == 0;
}

#ifdef __x86_64__
#define HAS_FUSED (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define WITH_FUSED __attribute__((target("avx2,fma")))
#elif defined(__aarch64__)
#define HAS_FUSED true
#define WITH_FUSED
#else
#define HAS_FUSED false
#define WITH_FUSED
#endif

WITH_FUSED static bool advance_fused(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count) {
  return advance(columns, actions, rows, has_ended, first, count, true);
}

bool cart_pole_advance_by_baseline(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count) {
  return advance(columns, actions, rows, has_ended, first, count, false);
}

bool cart_pole_advance(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count) {
  if (HAS_FUSED) return advance_fused(columns, actions, rows, has_ended, first, count);
  return cart_pole_advance_by_baseline(columns, actions, rows, has_ended, first, count);
}
