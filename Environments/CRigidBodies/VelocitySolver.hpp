// The velocity iterations, which take most of the time of a step.

#ifndef CRIGIDBODIES_VELOCITYSOLVER_HPP
#define CRIGIDBODIES_VELOCITYSOLVER_HPP

#include "ContactSolver.hpp"

namespace rigid {

/// How many worlds are solved side by side. One iteration is a chain of operations that wait for
/// each other; two vectors of eight numbers (AVX2), or four of four, fill the gaps.
constexpr int laneCount = 16;

/// How many velocities, joints and contacts there are, and which velocities the joints act on. The
/// same in all lanes.
struct SolverShape {
  int32_t slotCount;
  int32_t jointCount;
  int32_t contactCount;
  int32_t firstSlots[CRIGID_JOINT_CAPACITY];
  int32_t secondSlots[CRIGID_JOINT_CAPACITY];
};

/// Velocities and the constraints on them, in each lane.
template <int N> struct SolverRows {
  Velocity<N> velocities[CRIGID_BODY_CAPACITY];
  JointRow<N> joints[CRIGID_JOINT_CAPACITY];
  ContactRow<N> contacts[CRIGID_TOUCHING_CAPACITY];
};

/// Corrects the velocities so many times: each time for all joints and then for all contacts.
void solveVelocities(SolverRows<1> &rows, const SolverShape &shape, int32_t iterations);

/// The same in several lanes.
void solveVelocities(SolverRows<laneCount> &rows, const SolverShape &shape, int32_t iterations);

} // namespace rigid

#endif
