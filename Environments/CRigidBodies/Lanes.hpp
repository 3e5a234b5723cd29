// Numbers side by side: the solver is written once, for one world and for several at a time.
//
// An operation on a vector does in each lane what it does on a single number, so that the bits do
// not depend on the number of lanes. Decisions are selections, `condition ? a : b` lane by lane.

#ifndef CRIGIDBODIES_LANES_HPP
#define CRIGIDBODIES_LANES_HPP

#include "Vector.hpp"

#include <cstddef>
#include <cstring>

// All functions on vectors become part of their callers, so that it does not matter how processors
// with and without AVX would pass vectors to them.
#pragma GCC diagnostic ignored "-Wpsabi"

/// For what must become part of a function that is compiled for several processors.
#define CRIGID_INLINE __attribute__((always_inline)) inline

namespace rigid {

/// The types of `N` numbers and of `N` conditions, 0 or −1 each.
template <int N> struct Lanes {
  typedef float Number __attribute__((vector_size(4 * N)));
  typedef int32_t Condition __attribute__((vector_size(4 * N)));
};

template <> struct Lanes<1> {
  using Number = float;
  using Condition = int32_t;
};

template <int N> using Number = typename Lanes<N>::Number;
template <int N> using Condition = typename Lanes<N>::Condition;

/// Whether a condition holds in any lane.
template <int N> CRIGID_INLINE bool hasAny(const Condition<N> &condition) {
  int32_t lanes[N];
  std::memcpy(lanes, &condition, sizeof lanes);
  int32_t found = 0;
  for (int32_t lane : lanes) found |= lane;
  return found != 0;
}

/// What `clamped` gives, in each lane.
template <class Value> CRIGID_INLINE Value clampedLanes(Value a, Value low, Value high) {
  const Value below = a < high ? a : high;
  return low > below ? low : below;
}

/// Copies a row of one world, a struct of numbers and conditions, into a lane of a row for `N`.
template <class Wide, class Row> inline void setLane(Wide &wide, int lane, const Row &row) {
  constexpr size_t count = sizeof(Row) / 4, lanes = sizeof(Wide) / sizeof(Row);
  static_assert(sizeof(Wide) == lanes * sizeof(Row), "Both must have the same fields.");
  char *target = reinterpret_cast<char *>(&wide) + 4 * lane;
  const char *source = reinterpret_cast<const char *>(&row);
  for (size_t i = 0; i < count; ++i) std::memcpy(target + 4 * lanes * i, source + 4 * i, 4);
}

/// Copies a lane of a row for `N` worlds into the row of one.
template <class Wide, class Row> inline void getLane(const Wide &wide, int lane, Row &row) {
  constexpr size_t count = sizeof(Row) / 4, lanes = sizeof(Wide) / sizeof(Row);
  static_assert(sizeof(Wide) == lanes * sizeof(Row), "Both must have the same fields.");
  const char *source = reinterpret_cast<const char *>(&wide) + 4 * lane;
  char *target = reinterpret_cast<char *>(&row);
  for (size_t i = 0; i < count; ++i) std::memcpy(target + 4 * i, source + 4 * lanes * i, 4);
}

} // namespace rigid

#endif
