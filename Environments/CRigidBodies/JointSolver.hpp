// The revolute joint of Box2D 2.3: a motor, and point and limit solved together.

#ifndef CRIGIDBODIES_JOINTSOLVER_HPP
#define CRIGIDBODIES_JOINTSOLVER_HPP

#include "Lanes.hpp"

namespace rigid {

/// The velocity of a body, in each lane.
template <int N> struct Velocity {
  Number<N> x;
  Number<N> y;
  Number<N> angular;
};

/// What the velocity iterations need of a joint, in each lane.
///
/// The constraint wants the relative velocity of the two anchors, and at a limit that of the
/// angles, to be zero. K is its 3 × 3 matrix, symmetric: K impulse = change of velocity.
template <int N> struct JointRow {
  Number<N> firstInverseMass, firstInverseInertia, secondInverseMass, secondInverseInertia;
  /// From each centre of mass to the common point.
  Number<N> firstX, firstY, secondX, secondY;
  /// The elements of K.
  Number<N> k11, k12, k13, k22, k23, k33;
  /// The cross product of K's second and third columns, and one over K's determinants of order 3
  /// and 2 (0 for a determinant of 0).
  Number<N> minor1, minor2, minor3, inverseDeterminant, inverseDeterminant2;
  Number<N> motorMass, motorSpeed, greatestMotorImpulse;
  /// Whether the joint is at one of its limits, and whether at the lower one.
  Condition<N> isLimited, isLower;
  /// The impulses so far.
  Number<N> x, y, limit, motor;
};

/// Corrects the velocities of the joint's two bodies once.
template <int N>
CRIGID_INLINE void solve(JointRow<N> &row, Velocity<N> &first, Velocity<N> &second) {
  using Number = Number<N>;
  const Number mA = row.firstInverseMass, iA = row.firstInverseInertia;
  const Number mB = row.secondInverseMass, iB = row.secondInverseInertia;

  // The motor.
  const Number slip = second.angular - first.angular - row.motorSpeed;
  const Number motor = clampedLanes(
      row.motor + -row.motorMass * slip, -row.greatestMotorImpulse, row.greatestMotorImpulse);
  const Number motorChange = motor - row.motor;
  row.motor = motor;
  first.angular -= iA * motorChange;
  second.angular += iB * motorChange;

  // How fast the anchors part, and at a limit the angles.
  const Number driftX =
      second.x - second.angular * row.secondY - first.x + first.angular * row.firstY;
  const Number driftY =
      second.y + second.angular * row.secondX - first.y - first.angular * row.firstX;
  const Number turn = second.angular - first.angular;

  // Point and limit together, by Cramer's rule.
  const Number d = row.inverseDeterminant;
  const Number x3 = -(d * (driftX * row.minor1 + driftY * row.minor2 + turn * row.minor3));
  const Number y3 = -(d
      * (row.k11 * (driftY * row.k33 - turn * row.k23)
          + row.k12 * (turn * row.k13 - driftX * row.k33)
          + row.k13 * (driftX * row.k23 - driftY * row.k13)));
  const Number limit3 = -(d
      * (row.k11 * (row.k22 * turn - row.k23 * driftY)
          + row.k12 * (row.k23 * driftX - row.k12 * turn)
          + row.k13 * (row.k12 * driftY - row.k22 * driftX)));

  // A limit only pushes away. Where it would have to pull, and where there is none, the point is
  // solved alone, the limit's impulse so far being taken back. Adding −0 changes no number, not
  // even 0.
  const Number zero = {};
  const Number total = row.limit + limit3;
  const Condition<N> pulls = row.isLower ? total < 0.0f : total > 0.0f;
  const Condition<N> pushes = row.isLimited & (pulls == 0);
  const Number offsetX = row.isLimited ? row.limit * row.k13 : -zero;
  const Number offsetY = row.isLimited ? row.limit * row.k23 : -zero;
  const Number rightX = -driftX + offsetX, rightY = -driftY + offsetY;
  const Number x2 = row.inverseDeterminant2 * (row.k22 * rightX - row.k12 * rightY);
  const Number y2 = row.inverseDeterminant2 * (row.k11 * rightY - row.k12 * rightX);

  const Number takenBack = row.isLimited ? -row.limit : -zero;
  const Number x = pushes ? x3 : x2;
  const Number y = pushes ? y3 : y2;
  const Number limit = pushes ? limit3 : takenBack;
  row.x += x;
  row.y += y;
  row.limit = pushes ? total : zero;

  const Number firstLever = (row.firstX * y - row.firstY * x) + limit;
  const Number secondLever = (row.secondX * y - row.secondY * x) + limit;
  first.x -= mA * x;
  first.y -= mA * y;
  first.angular -= iA * firstLever;
  second.x += mB * x;
  second.y += mB * y;
  second.angular += iB * secondLever;
}

} // namespace rigid

#endif
