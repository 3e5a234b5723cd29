#include "CVectorMath.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "SineTable.h"

// The bits depend on which products are fused with which sums: those that say so, no others.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// Where the C library is glibc and there is a fused multiply-add. Which operations a compiler has
// fused in the library is not in its source; that, like its version, is tried out.
#if defined(__GLIBC__) && defined(__x86_64__)
#define HAS_LANES __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
#elif defined(__GLIBC__) && defined(__aarch64__)
#define HAS_LANES true
#endif

#ifdef HAS_LANES

#ifdef __x86_64__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#endif

typedef double Lanes __attribute__((vector_size(32)));
typedef int64_t Integers __attribute__((vector_size(32)));

#define LANES (sizeof(Lanes) / sizeof(double))
#define FUSED __builtin_elementwise_fma

INLINE Lanes all(double x) { return (Lanes){x, x, x, x}; }

// Four rows of the table, as its four columns.
INLINE void look_up(Integers k, Lanes *sine, Lanes *sine_rest, Lanes *cosine, Lanes *cosine_rest) {
  Lanes a, b, c, d;
  memcpy(&a, vm_sine_table[k[0]], sizeof a);
  memcpy(&b, vm_sine_table[k[1]], sizeof b);
  memcpy(&c, vm_sine_table[k[2]], sizeof c);
  memcpy(&d, vm_sine_table[k[3]], sizeof d);
  Lanes ab_even = __builtin_shufflevector(a, b, 0, 4, 2, 6);
  Lanes ab_odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  Lanes cd_even = __builtin_shufflevector(c, d, 0, 4, 2, 6);
  Lanes cd_odd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  *sine = __builtin_shufflevector(ab_even, cd_even, 0, 1, 4, 5);
  *sine_rest = __builtin_shufflevector(ab_odd, cd_odd, 0, 1, 4, 5);
  *cosine = __builtin_shufflevector(ab_even, cd_even, 2, 3, 6, 7);
  *cosine_rest = __builtin_shufflevector(ab_odd, cd_odd, 2, 3, 6, 7);
}

// Where the algorithm below holds, without the sizes whose sine or cosine is taken as x or 1.
INLINE Integers is_in_range(Lanes x) {
  Lanes size = __builtin_elementwise_abs(x);
  return (Integers)(size >= 0x1p-26) & (Integers)(size < 0x1.b6p-1);
}

// With |x| = k/128 + r, |r| <= 1/256, and sin r and 1 - cos r by polynomials:
//
//   sin |x| = sin k/128 + (cos k/128 sin r - sin k/128 (1 - cos r))
//   cos |x| = cos k/128 - (sin k/128 sin r + cos k/128 (1 - cos r))
//
// with the rest of the table's digits inside the parentheses. Sines below 0.126 come from their
// series alone. The order of the operations and the fusing are the C library's.
INLINE void four_sines_and_cosines(Lanes x, Lanes *sine, Lanes *cosine) {
  Lanes size = __builtin_elementwise_abs(x);
  Lanes shifted = size + 0x1.8p45;  // a double of this size has 7 binary places
  Lanes r = size - (shifted - 0x1.8p45);
  Lanes s, s_rest, c, c_rest;
  look_up((Integers)shifted & 127, &s, &s_rest, &c, &c_rest);

  Lanes r2 = r * r;
  Lanes r3 = r * r2;
  Lanes p = FUSED(r2, all(0x1.11110e829872fp-7), all(-0x1.5555555555515p-3));
  Lanes q = FUSED(r2, all(0x1.6c16bedd9e239p-10), all(-0x1.5555555555535p-5));
  Lanes versine = r2 * FUSED(q, r2, all(0.5));

  // The library adds twice, because its sine knows a second part of x, which is 0 here.
  Lanes sine_r = r + r3 * p;
  Lanes change = FUSED(c, sine_r, FUSED(-versine, s, FUSED(c_rest, sine_r, s_rest)));
  Lanes from_table = (Lanes)((Integers)(s + change) | ((Integers)x & INT64_MIN));

  sine_r = FUSED(r3, p, r);
  *cosine = c + FUSED(-s, sine_r, FUSED(-versine, c, FUSED(-s_rest, sine_r, c_rest)));

  Lanes x2 = x * x;
  Lanes t = FUSED(x2, all(-0x1.addffc2fcdf59p-26), all(0x1.71de27b9a7ed9p-19));
  t = FUSED(t, x2, all(-0x1.a01a019db08b8p-13));
  t = FUSED(t, x2, all(0x1.1111111110ecep-7));
  t = FUSED(t, x2, all(-0x1.5555555555555p-3));
  Lanes from_series = x + x2 * (t * x);

  Integers is_small = (Integers)(size < 0.126);
  *sine = (Lanes)((is_small & (Integers)from_series) | (~is_small & (Integers)from_table));
}

static void sine_and_cosine_in_lanes(const double *x, double *sines, double *cosines, size_t n) {
  for (size_t i = 0; i < n; i += LANES) {
    size_t count = n - i < LANES ? n - i : LANES;
    Lanes v = all(0.25), sine, cosine;
    if (count == LANES)
      memcpy(&v, x + i, sizeof v);
    else
      for (size_t lane = 0; lane < count; lane++) v[lane] = x[i + lane];
    four_sines_and_cosines(v, &sine, &cosine);
    Integers fits = is_in_range(v);
    if (__builtin_expect(!__builtin_reduce_and(fits), false)) {
      for (size_t lane = 0; lane < count; lane++) {
        if (fits[lane]) continue;
        sine[lane] = sin(v[lane]);
        cosine[lane] = cos(v[lane]);
      }
    }
    if (count == LANES) {
      memcpy(sines + i, &sine, sizeof sine);
      memcpy(cosines + i, &cosine, sizeof cosine);
    } else {
      for (size_t lane = 0; lane < count; lane++) {
        sines[i + lane] = sine[lane];
        cosines[i + lane] = cosine[lane];
      }
    }
  }
}

#ifdef __x86_64__
#pragma clang attribute pop
#endif

// Arguments whose exact result lies nearly in the middle between two doubles, so that it tells which
// operations are fused: three each for those of the table's sine, those of its cosine and those of
// the series whose fusing changes more than one result in 10^8.
static const double hard_arguments[] = {
    0x1.daae8a913284ap-3, 0x1.aaa4d830c63e7p-1, 0x1.e2248621494d4p-3,  // sine, the outermost
    0x1.6c651454500fcp-2, 0x1.91a07c924c06p-1,  0x1.b739bf44895a4p-3,  // sine, the next
    0x1.9a0e7ef65796fp-1, 0x1.dcea8cafeffa3p-3, 0x1.0c9bd59ebceb2p-2,  // cosine, the outermost
    0x1.ab6af5d54d0e7p-3, 0x1.361ebc5f75734p-1, 0x1.81e032d1abf32p-1,  // cosine, the next
    0x1.ece7db3e986bep-4, 0x1.ec34fe057133cp-4, 0x1.fe3e17150dd22p-4,  // series, the last sum
    0x1.008264fa891d9p-3, 0x1.ac3bcfb58d613p-4, 0x1.cdc012e7527c9p-4,  // series, the third power
};

static bool lanes_agree(
    const double *x, size_t n, double (*sine)(double), double (*cosine)(double)) {
  for (size_t i = 0; i < n; i++) {
    double lanes[2], expected[2] = {sine(x[i]), cosine(x[i])};
    sine_and_cosine_in_lanes(&x[i], &lanes[0], &lanes[1], 1);
    if (memcmp(lanes, expected, sizeof lanes) != 0) return false;
  }
  return true;
}

bool vm_lanes_give_bits_of(double (*sine)(double), double (*cosine)(double)) {
  if (!(HAS_LANES)) return false;
  size_t hard_count = sizeof hard_arguments / sizeof(double);
  if (!lanes_agree(hard_arguments, hard_count, sine, cosine)) return false;
  // 80 arguments around every row of the table, among them its own, with either sign.
  enum { rows = 110, points = 80 };
  for (int row = 0; row < rows; row++) {
    double x[points];
    for (int i = 0; i < points; i++) {
      double offset = (i - points / 2) * (0x1.fffffp-1 / points);
      x[i] = (row + offset + offset * offset * 0x1p-30) / 128;
      if (i & 1) x[i] = -x[i];
    }
    if (!lanes_agree(x, points, sine, cosine)) return false;
  }
  return true;
}

#else

static void sine_and_cosine_in_lanes(const double *x, double *sines, double *cosines, size_t n) {}

bool vm_lanes_give_bits_of(double (*sine)(double), double (*cosine)(double)) { return false; }

#endif

void vm_sine_and_cosine_one_by_one(const double *x, double *sines, double *cosines, size_t n) {
  for (size_t i = 0; i < n; i++) {
    double v = x[i];
    sines[i] = sin(v);
    cosines[i] = cos(v);
  }
}

void vm_sine_and_cosine(const double *x, double *sines, double *cosines, size_t n) {
  // Two threads may both find out; they find the same.
  static _Atomic(int) agreement = 0;
  int agrees = atomic_load_explicit(&agreement, memory_order_relaxed);
  if (agrees == 0) {
    agrees = vm_lanes_give_bits_of(sin, cos) ? 1 : -1;
    atomic_store_explicit(&agreement, agrees, memory_order_relaxed);
  }
  if (agrees == 1)
    sine_and_cosine_in_lanes(x, sines, cosines, n);
  else
    vm_sine_and_cosine_one_by_one(x, sines, cosines, n);
}
