#include "Positions.hpp"

#include "Box2D.hpp"

namespace rigid {

void move(Position &position, Vector &velocity, float &angularVelocity, float duration) {
  const Vector way = duration * velocity;
  if (dot(way, way) > b2_maxTranslationSquared) {
    velocity = (b2_maxTranslation / std::sqrt(way.x * way.x + way.y * way.y)) * velocity;
  }
  const float turn = duration * angularVelocity;
  if (turn * turn > b2_maxRotationSquared) {
    angularVelocity *= b2_maxRotation / (turn > 0.0f ? turn : -turn);
  }
  position.center += duration * velocity;
  position.angle += duration * angularVelocity;
}

/// Where a point of a contact is, how far the shapes are apart there, and in which direction.
struct Separation {
  Vector normal;
  Vector point;
  float distance;

  Separation(const CRigidContact &contact, int32_t index, const Transform &transform) {
    const Vector local = contact.points[index].localPoint;
    float between;
    if (contact.isBodyReference) {
      normal = rotate(transform, contact.localNormal);
      point = local;
      between = dot(point - apply(transform, contact.localPoint), normal);
      normal = -normal;
    } else {
      normal = contact.localNormal;
      point = apply(transform, local);
      between = dot(point - contact.localPoint, normal);
    }
    distance = between - b2_polygonRadius - b2_polygonRadius;
  }
};

float correct(
    const CRigidContact &contact, const CRigidBody &body, Position &position, float share) {
  float least = 0;
  for (int32_t i = 0; i < contact.pointCount; ++i) {
    const Transform transform = placed(position.center, position.angle, body.localCenter);
    const Separation separation(contact, i, transform);
    least = smaller(least, separation.distance);

    const float error =
        clamped(share * (separation.distance + b2_linearSlop), -b2_maxLinearCorrection, 0.0f);
    const Vector lever = separation.point - position.center;
    const float leverNormal = cross(lever, separation.normal);
    const float k = body.inverseMass + body.inverseInertia * leverNormal * leverNormal;
    const Vector impulse = (k > 0.0f ? -error / k : 0.0f) * separation.normal;
    position.center += body.inverseMass * impulse;
    position.angle += body.inverseInertia * cross(lever, impulse);
  }
  return least;
}

/// The part of an error of the angle that is to be corrected: what exceeds the slop.
static float limitedError(CRigidLimit limit, float error) {
  return limit == CRIGID_LIMIT_LOWER
      ? clamped(error + b2_angularSlop, -b2_maxAngularCorrection, 0.0f)
      : clamped(error - b2_angularSlop, 0.0f, b2_maxAngularCorrection);
}

bool correct(
    const CRigidJoint &joint, const CRigidBody &firstBody, const CRigidBody &secondBody,
    Position &first, Position &second) {
  const float mA = firstBody.inverseMass, iA = firstBody.inverseInertia;
  const float mB = secondBody.inverseMass, iB = secondBody.inverseInertia;

  // The limit comes before the point.
  float angularError = 0;
  if (joint.limit != CRIGID_LIMIT_INACTIVE) {
    const bool isLower = joint.limit == CRIGID_LIMIT_LOWER;
    const float angle = second.angle - first.angle - joint.referenceAngle;
    const float error = angle - (isLower ? joint.lowerAngle : joint.upperAngle);
    angularError = isLower ? -error : error;
    const float impulse = -(1.0f / (iA + iB)) * limitedError(joint.limit, error);
    first.angle -= iA * impulse;
    second.angle += iB * impulse;
  }

  const Transform firstTurn = {{0, 0}, std::sin(first.angle), std::cos(first.angle)};
  const Transform secondTurn = {{0, 0}, std::sin(second.angle), std::cos(second.angle)};
  const Vector a = rotate(firstTurn, joint.firstAnchor - firstBody.localCenter);
  const Vector b = rotate(secondTurn, joint.secondAnchor - secondBody.localCenter);
  const Vector error = second.center + b - first.center - a;
  const float k11 = mA + mB + iA * a.y * a.y + iB * b.y * b.y;
  const float k12 = -iA * a.x * a.y - iB * b.x * b.y;
  const float k22 = mA + mB + iA * a.x * a.x + iB * b.x * b.x;
  float determinant = k11 * k22 - k12 * k12;
  if (determinant != 0.0f) determinant = 1.0f / determinant;
  const Vector impulse = {
      -(determinant * (k22 * error.x - k12 * error.y)),
      -(determinant * (k11 * error.y - k12 * error.x))};
  first.center -= mA * impulse;
  first.angle -= iA * cross(a, impulse);
  second.center += mB * impulse;
  second.angle += iB * cross(b, impulse);

  return std::sqrt(error.x * error.x + error.y * error.y) <= b2_linearSlop
      && angularError <= b2_angularSlop;
}

} // namespace rigid
