// The correction of positions, after the velocities have moved the bodies.

#ifndef CRIGIDBODIES_POSITIONS_HPP
#define CRIGIDBODIES_POSITIONS_HPP

#include "Body.hpp"

namespace rigid {

/// Where a body is while its island is solved.
struct Position {
  Vector center;
  float angle;
};

/// Moves a body on with its velocity, which is cut first if it is too great for one step.
void move(Position &position, Vector &velocity, float &angularVelocity, float duration);

/// Pushes a body out of the edge at each point of a contact.
///
/// - Parameter share: The share of the overlap to remove at once.
/// - Returns: The least separation found, negative for an overlap.
float correct(
    const CRigidContact &contact, const CRigidBody &body, Position &position, float share);

/// Brings the anchors of a joint together, and its angle within the limits.
///
/// - Returns: Whether the error was small before.
bool correct(
    const CRigidJoint &joint, const CRigidBody &firstBody, const CRigidBody &secondBody,
    Position &first, Position &second);

} // namespace rigid

#endif
