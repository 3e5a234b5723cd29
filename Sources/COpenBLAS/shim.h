#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

#include <cblas.h>

#if defined(__linux__) && defined(__x86_64__)
#include <stdlib.h>
#include <string.h>

// In builds of OpenBLAS that hold the kernels of all processors, and in no others.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

// The kernels that suit what the processor can do; null if it can do no more than those of 2004.
static inline const char *openblas_suitable_kernels(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
    return __builtin_cpu_supports("avx512bf16") ? "Cooperlake" : "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
  return NULL;
}

// OpenBLAS knows processors by their model number, and falls back to kernels of 2004 for models that
// are newer than itself: 0.3.21 of Debian 12 does so on Xeons of 2023, where products take four times
// as long. Lets it choose once more, by name, unless the user has chosen (OPENBLAS_CORETYPE).
//
// To be called before any other thread computes.
static inline void openblas_choose_kernels(void) {
  if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit || !openblas_get_corename) return;
  if (getenv("OPENBLAS_CORETYPE") || strcmp(openblas_get_corename(), "Prescott") != 0) return;
  const char *kernels = openblas_suitable_kernels();
  if (!kernels) return;
  setenv("OPENBLAS_CORETYPE", kernels, 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv("OPENBLAS_CORETYPE");
}
#else
static inline void openblas_choose_kernels(void) {}
#endif

#endif
