// The contact constraint of Box2D 2.3: friction, then one point alone or two points as a block.
//
// The edge does not move, so that only the body's velocity changes.

#ifndef CRIGIDBODIES_CONTACTSOLVER_HPP
#define CRIGIDBODIES_CONTACTSOLVER_HPP

#include "JointSolver.hpp"

namespace rigid {

/// A point of a contact, in each lane.
template <int N> struct PointRow {
  /// From the body's centre of mass to the point.
  Number<N> x, y;
  Number<N> normalMass, tangentMass;
  /// The impulses so far.
  Number<N> normalImpulse, tangentImpulse;
};

/// What the velocity iterations need of a contact, in each lane.
template <int N> struct ContactRow {
  /// Which of the velocities is the body's; −1 in a lane that has no such contact.
  Condition<N> slot;
  /// Whether there are two points.
  Condition<N> isPair;
  Number<N> inverseMass, inverseInertia, friction;
  Number<N> normalX, normalY;
  PointRow<N> points[2];
  /// The elements of the normals' 2 × 2 matrix, which is symmetric, and of its inverse.
  Number<N> k11, k12, k22, inverse11, inverse12, inverse22;
};

/// The velocity of a contact's body.
template <int N>
CRIGID_INLINE Velocity<N> velocityOfBody(
    const ContactRow<N> &row, const Velocity<N> *velocities, int slotCount) {
  if constexpr (N == 1) {
    return velocities[row.slot];
  } else {
    Velocity<N> velocity = velocities[0];
    for (int slot = 1; slot < slotCount; ++slot) {
      const Condition<N> isBody = row.slot == slot;
      velocity.x = isBody ? velocities[slot].x : velocity.x;
      velocity.y = isBody ? velocities[slot].y : velocity.y;
      velocity.angular = isBody ? velocities[slot].angular : velocity.angular;
    }
    return velocity;
  }
}

/// Sets the velocity of a contact's body.
template <int N>
CRIGID_INLINE void setVelocityOfBody(
    const ContactRow<N> &row, Velocity<N> *velocities, int slotCount,
    const Velocity<N> &velocity) {
  if constexpr (N == 1) {
    velocities[row.slot] = velocity;
  } else {
    for (int slot = 0; slot < slotCount; ++slot) {
      const Condition<N> isBody = row.slot == slot;
      velocities[slot].x = isBody ? velocity.x : velocities[slot].x;
      velocities[slot].y = isBody ? velocity.y : velocities[slot].y;
      velocities[slot].angular = isBody ? velocity.angular : velocities[slot].angular;
    }
  }
}

/// The friction at one point, which the normal impulse bounds.
template <int N>
CRIGID_INLINE Velocity<N> solveFriction(
    const ContactRow<N> &row, PointRow<N> &point, const Velocity<N> &before) {
  using Number = Number<N>;
  const Number tangentX = row.normalY, tangentY = -row.normalX;
  const Number slipX = before.x + -before.angular * point.y;
  const Number slipY = before.y + before.angular * point.x;
  const Number most = row.friction * point.normalImpulse;
  const Number slip = slipX * tangentX + slipY * tangentY;
  const Number next =
      clampedLanes(point.tangentImpulse + point.tangentMass * -slip, -most, most);
  const Number change = next - point.tangentImpulse;
  point.tangentImpulse = next;
  const Number x = change * tangentX, y = change * tangentY;
  return {
      before.x + row.inverseMass * x, before.y + row.inverseMass * y,
      before.angular + row.inverseInertia * (point.x * y - point.y * x)};
}

/// How fast the body leaves the edge at a point.
template <int N>
CRIGID_INLINE Number<N> normalVelocity(
    const ContactRow<N> &row, const PointRow<N> &point, const Velocity<N> &velocity) {
  return (velocity.x + -velocity.angular * point.y) * row.normalX
      + (velocity.y + velocity.angular * point.x) * row.normalY;
}

/// The push at a contact's only point.
template <int N>
CRIGID_INLINE Velocity<N> solveSingle(ContactRow<N> &row, const Velocity<N> &before) {
  using Number = Number<N>;
  PointRow<N> &point = row.points[0];
  const Number zero = {};
  const Number pushed =
      point.normalImpulse + -point.normalMass * normalVelocity(row, point, before);
  const Number next = pushed > zero ? pushed : zero;
  const Number change = next - point.normalImpulse;
  point.normalImpulse = row.isPair ? point.normalImpulse : next;
  const Number x = change * row.normalX, y = change * row.normalY;
  return {
      before.x + row.inverseMass * x, before.y + row.inverseMass * y,
      before.angular + row.inverseInertia * (point.x * y - point.y * x)};
}

/// The pushes at two points: a linear complementarity problem, solved by trying its four cases. If
/// none fits, nothing changes.
template <int N>
CRIGID_INLINE Velocity<N> solvePair(ContactRow<N> &row, const Velocity<N> &before) {
  using Number = Number<N>;
  using Condition = Condition<N>;
  PointRow<N> &p = row.points[0], &q = row.points[1];
  const Number zero = {};
  const Number a1 = p.normalImpulse, a2 = q.normalImpulse;
  const Number b1 = normalVelocity(row, p, before) - (row.k11 * a1 + row.k12 * a2);
  const Number b2 = normalVelocity(row, q, before) - (row.k12 * a1 + row.k22 * a2);

  // Both push, only the first, only the second, none.
  const Number both1 = -(row.inverse11 * b1 + row.inverse12 * b2);
  const Number both2 = -(row.inverse12 * b1 + row.inverse22 * b2);
  const Condition bothFit = (both1 >= zero) & (both2 >= zero);
  const Number first = -p.normalMass * b1;
  const Condition firstFits = (first >= zero) & (row.k12 * first + b2 >= zero);
  const Number second = -q.normalMass * b2;
  const Condition secondFits = (second >= zero) & (row.k12 * second + b1 >= zero);
  const Condition noneFits = (b1 >= zero) & (b2 >= zero);
  const Condition changes = row.isPair & (bothFit | firstFits | secondFits | noneFits);

  const Number next1 = bothFit ? both1 : (firstFits ? first : zero);
  const Number next2 = bothFit ? both2 : (firstFits ? zero : (secondFits ? second : zero));
  const Number change1 = next1 - a1, change2 = next2 - a2;
  const Number x1 = change1 * row.normalX, y1 = change1 * row.normalY;
  const Number x2 = change2 * row.normalX, y2 = change2 * row.normalY;
  p.normalImpulse = changes ? next1 : a1;
  q.normalImpulse = changes ? next2 : a2;
  const Number turn = (p.x * y1 - p.y * x1) + (q.x * y2 - q.y * x2);
  return {
      changes ? before.x + row.inverseMass * (x1 + x2) : before.x,
      changes ? before.y + row.inverseMass * (y1 + y2) : before.y,
      changes ? before.angular + row.inverseInertia * turn : before.angular};
}

/// Corrects the velocity of the contact's body once.
///
/// - Parameter hasPairs: Whether the contact has two points in any lane.
template <int N>
CRIGID_INLINE void solve(
    ContactRow<N> &row, bool hasPairs, Velocity<N> *velocities, int slotCount) {
  Velocity<N> velocity = velocityOfBody(row, velocities, slotCount);
  velocity = solveFriction(row, row.points[0], velocity);
  if (hasPairs) {
    PointRow<N> second = row.points[1];
    const Velocity<N> after = solveFriction(row, second, velocity);
    row.points[1].tangentImpulse =
        row.isPair ? second.tangentImpulse : row.points[1].tangentImpulse;
    velocity.x = row.isPair ? after.x : velocity.x;
    velocity.y = row.isPair ? after.y : velocity.y;
    velocity.angular = row.isPair ? after.angular : velocity.angular;

    const Velocity<N> pair = solvePair(row, velocity), single = solveSingle(row, velocity);
    velocity.x = row.isPair ? pair.x : single.x;
    velocity.y = row.isPair ? pair.y : single.y;
    velocity.angular = row.isPair ? pair.angular : single.angular;
  } else {
    velocity = solveSingle(row, velocity);
  }
  setVelocityOfBody(row, velocities, slotCount, velocity);
}

} // namespace rigid

#endif
