#include "VelocitySolver.hpp"

// Compiled once for any processor and once for those with AVX2, of which the loader takes what the
// machine has. Neither fuses operations, so that both give the same bits. The loader chooses too early
// for the thread sanitiser.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define CRIGID_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CRIGID_CLONES
#endif

namespace rigid {

template <int N>
CRIGID_INLINE void iterate(SolverRows<N> &rows, const SolverShape &shape, int32_t iterations) {
  bool hasPairs[CRIGID_TOUCHING_CAPACITY];
  for (int32_t i = 0; i < shape.contactCount; ++i) {
    hasPairs[i] = hasAny<N>(rows.contacts[i].isPair);
  }
  Velocity<N> velocities[CRIGID_BODY_CAPACITY];
  for (int32_t i = 0; i < shape.slotCount; ++i) velocities[i] = rows.velocities[i];
  for (int32_t iteration = 0; iteration < iterations; ++iteration) {
    for (int32_t i = 0; i < shape.jointCount; ++i) {
      solve(
          rows.joints[i], velocities[shape.firstSlots[i]], velocities[shape.secondSlots[i]]);
    }
    for (int32_t i = 0; i < shape.contactCount; ++i) {
      solve(rows.contacts[i], hasPairs[i], velocities, shape.slotCount);
    }
  }
  for (int32_t i = 0; i < shape.slotCount; ++i) rows.velocities[i] = velocities[i];
}

CRIGID_CLONES
void solveVelocities(SolverRows<1> &rows, const SolverShape &shape, int32_t iterations) {
  iterate<1>(rows, shape, iterations);
}

CRIGID_CLONES
void solveVelocities(SolverRows<laneCount> &rows, const SolverShape &shape, int32_t iterations) {
  iterate<laneCount>(rows, shape, iterations);
}

} // namespace rigid
