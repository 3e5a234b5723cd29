// The motion of many carts with poles, four at a time in the lanes of vectors.
//
// Swift code is compiled for the baseline CPU; this loop is compiled for wider vectors as well, and the
// version that the processor supports is chosen when it runs. All versions give the same bits.

#ifndef CCARTPOLE_H
#define CCARTPOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where carts are and how they move, in SI units, a column each.
typedef struct {
  double *position, *angle, *velocity, *angular_velocity;
  // Of the angle.
  const double *sine, *cosine;
} cart_pole_columns;

// What a step gives, a row for each cart: four scalars of the observation, the reward and two flags.
typedef struct {
  float *observations;
  double *rewards;
  bool *is_terminated, *is_truncated;
} cart_pole_rows;

// Moves the carts from `first` on by a time step of explicit Euler and writes their rows, with a reward of
// 1. `has_ended` becomes true where an episode must end here, like `is_terminated`.
//
// `count` is a multiple of four. Actions are 0 and 1; whether all of them were is returned.
bool cart_pole_advance(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count);
// The same by the baseline's instructions alone.
bool cart_pole_advance_by_baseline(
    cart_pole_columns columns, const int64_t *actions, cart_pole_rows rows, bool *has_ended,
    size_t first, size_t count);

#ifdef __cplusplus
}
#endif

#endif
