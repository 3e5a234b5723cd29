// An island: bodies that joints connect, and the contacts they have. Each is solved by itself.

#ifndef CRIGIDBODIES_ISLAND_HPP
#define CRIGIDBODIES_ISLAND_HPP

#include "Positions.hpp"
#include "VelocitySolver.hpp"

namespace rigid {

/// The indices of what belongs to an island, in the order in which it is solved.
struct Island {
  SolverShape shape;
  int32_t bodies[CRIGID_BODY_CAPACITY];
  int32_t joints[CRIGID_JOINT_CAPACITY];
  int32_t contacts[CRIGID_TOUCHING_CAPACITY];
};

/// What of a world has found its island in this step.
struct IslandMarks {
  bool bodies[CRIGID_BODY_CAPACITY] = {};
  bool joints[CRIGID_JOINT_CAPACITY] = {};
};

/// Finds the island of a body, all of whose bodies wake up.
void findIsland(CRigidWorld &world, int32_t seed, IslandMarks &marks, Island &island);

/// Applies the forces and the impulses of the last step, and sets up what the velocity iterations
/// need.
void prepare(CRigidWorld &world, const Island &island, float duration, SolverRows<1> &rows);

/// Sets up one contact from the geometry at some place of its body.
///
/// - Parameters:
///   - slot: The slot of the body's velocity.
///   - isWarm: Whether to start from the impulses of the last step instead of 0.
void prepare(
    const CRigidWorld &world, const CRigidContact &contact, const Position &position, int32_t slot,
    bool isWarm, ContactRow<1> &row);

/// Keeps the impulses, moves the bodies, corrects their positions, and lets the island fall asleep
/// if all of it has been slow for long enough.
void finish(
    CRigidWorld &world, const Island &island, float duration, int32_t positionIterations,
    const SolverRows<1> &rows);

} // namespace rigid

#endif
