#include "Island.hpp"

#include "Box2D.hpp"

namespace rigid {

/// Sets up a joint and applies the impulses of the last step.
static void prepare(
    CRigidJoint &joint, const CRigidBody &firstBody, const CRigidBody &secondBody, float duration,
    JointRow<1> &row, Velocity<1> &first, Velocity<1> &second) {
  const float mA = firstBody.inverseMass, iA = firstBody.inverseInertia;
  const float mB = secondBody.inverseMass, iB = secondBody.inverseInertia;
  const Vector a = rotate(firstBody.transform, joint.firstAnchor - firstBody.localCenter);
  const Vector b = rotate(secondBody.transform, joint.secondAnchor - secondBody.localCenter);
  row.firstInverseMass = mA;
  row.firstInverseInertia = iA;
  row.secondInverseMass = mB;
  row.secondInverseInertia = iB;
  row.firstX = a.x;
  row.firstY = a.y;
  row.secondX = b.x;
  row.secondY = b.y;

  row.k11 = mA + mB + a.y * a.y * iA + b.y * b.y * iB;
  row.k12 = -a.y * a.x * iA - b.y * b.x * iB;
  row.k13 = -a.y * iA - b.y * iB;
  row.k22 = mA + mB + a.x * a.x * iA + b.x * b.x * iB;
  row.k23 = a.x * iA + b.x * iB;
  row.k33 = iA + iB;
  row.minor1 = row.k22 * row.k33 - row.k23 * row.k23;
  row.minor2 = row.k23 * row.k13 - row.k12 * row.k33;
  row.minor3 = row.k12 * row.k23 - row.k22 * row.k13;
  const float determinant = row.k11 * row.minor1 + row.k12 * row.minor2 + row.k13 * row.minor3;
  const float determinant2 = row.k11 * row.k22 - row.k12 * row.k12;
  row.inverseDeterminant = determinant != 0.0f ? 1.0f / determinant : determinant;
  row.inverseDeterminant2 = determinant2 != 0.0f ? 1.0f / determinant2 : determinant2;
  row.motorMass = 1.0f / row.k33;
  row.motorSpeed = joint.motorSpeed;
  row.greatestMotorImpulse = duration * joint.maximumMotorTorque;

  // The impulse of the limit is only a first guess while the joint stays at the same limit.
  const float angle = secondBody.angle - firstBody.angle - joint.referenceAngle;
  const CRigidLimit limit = angle <= joint.lowerAngle ? CRIGID_LIMIT_LOWER
      : angle >= joint.upperAngle                     ? CRIGID_LIMIT_UPPER
                                                      : CRIGID_LIMIT_INACTIVE;
  if (limit == CRIGID_LIMIT_INACTIVE || limit != joint.limit) joint.limitImpulse = 0;
  joint.limit = limit;
  row.isLimited = limit == CRIGID_LIMIT_INACTIVE ? 0 : -1;
  row.isLower = limit == CRIGID_LIMIT_LOWER ? -1 : 0;
  row.x = joint.impulse.x;
  row.y = joint.impulse.y;
  row.limit = joint.limitImpulse;
  row.motor = joint.motorImpulse;

  const Vector impulse = joint.impulse;
  first.x -= mA * impulse.x;
  first.y -= mA * impulse.y;
  first.angular -= iA * (cross(a, impulse) + row.motor + row.limit);
  second.x += mB * impulse.x;
  second.y += mB * impulse.y;
  second.angular += iB * (cross(b, impulse) + row.motor + row.limit);
}

/// The normal of a contact, from the edge to the body, and its points, halfway between the shapes.
struct WorldContact {
  Vector normal;
  Vector points[2];

  WorldContact(const CRigidContact &contact, const Transform &transform) {
    const float radius = b2_polygonRadius;
    if (contact.isBodyReference) {
      normal = rotate(transform, contact.localNormal);
      const Vector plane = apply(transform, contact.localPoint);
      for (int32_t i = 0; i < contact.pointCount; ++i) {
        const Vector point = contact.points[i].localPoint;
        const Vector ofBody = point + (radius - dot(point - plane, normal)) * normal;
        points[i] = 0.5f * ((point - radius * normal) + ofBody);
      }
      normal = -normal;
    } else {
      normal = contact.localNormal;
      for (int32_t i = 0; i < contact.pointCount; ++i) {
        const Vector point = apply(transform, contact.points[i].localPoint);
        const float distance = dot(point - contact.localPoint, normal);
        const Vector ofEdge = point + (radius - distance) * normal;
        points[i] = 0.5f * (ofEdge + (point - radius * normal));
      }
    }
  }
};

/// The mass that an impulse in some direction meets at a point.
static float effectiveMass(const CRigidBody &body, Vector lever, Vector direction) {
  const float turn = cross(lever, direction);
  const float k = body.inverseMass + body.inverseInertia * turn * turn;
  return k > 0.0f ? 1.0f / k : 0.0f;
}

void prepare(
    const CRigidWorld &world, const CRigidContact &contact, const Position &position, int32_t slot,
    bool isWarm, ContactRow<1> &row) {
  const CRigidBody &body = world.bodies[contact.body];
  const WorldContact geometry(
      contact, placed(position.center, position.angle, body.localCenter));
  row = {};
  row.slot = slot;
  row.inverseMass = body.inverseMass;
  row.inverseInertia = body.inverseInertia;
  row.friction = contact.friction;
  row.normalX = geometry.normal.x;
  row.normalY = geometry.normal.y;
  Vector levers[2] = {};
  for (int32_t i = 0; i < contact.pointCount; ++i) {
    levers[i] = geometry.points[i] - position.center;
    PointRow<1> &point = row.points[i];
    point.x = levers[i].x;
    point.y = levers[i].y;
    point.normalMass = effectiveMass(body, levers[i], geometry.normal);
    point.tangentMass = effectiveMass(body, levers[i], clockwise(geometry.normal));
    point.normalImpulse = isWarm ? contact.points[i].normalImpulse : 0;
    point.tangentImpulse = isWarm ? contact.points[i].tangentImpulse : 0;
  }
  if (contact.pointCount < 2) return;

  // Two points nearly on one spot would make the block ill-conditioned; one of them is enough then.
  const float mB = body.inverseMass, iB = body.inverseInertia;
  const float r1 = cross(levers[0], geometry.normal), r2 = cross(levers[1], geometry.normal);
  row.k11 = mB + iB * r1 * r1;
  row.k22 = mB + iB * r2 * r2;
  row.k12 = mB + iB * r1 * r2;
  const float determinant = row.k11 * row.k22 - row.k12 * row.k12;
  if (!(row.k11 * row.k11 < 1000.0f * determinant)) return;
  const float inverse = determinant != 0.0f ? 1.0f / determinant : determinant;
  row.isPair = -1;
  row.inverse11 = inverse * row.k22;
  row.inverse12 = -inverse * row.k12;
  row.inverse22 = inverse * row.k11;
}

/// Applies the impulses that a contact starts from.
static void warmStart(const ContactRow<1> &row, Velocity<1> &velocity) {
  const Vector normal = {row.normalX, row.normalY}, tangent = clockwise(normal);
  for (int32_t i = 0; i < (row.isPair ? 2 : 1); ++i) {
    const PointRow<1> &point = row.points[i];
    const Vector impulse = point.normalImpulse * normal + point.tangentImpulse * tangent;
    velocity.angular += row.inverseInertia * cross(Vector{point.x, point.y}, impulse);
    velocity.x += row.inverseMass * impulse.x;
    velocity.y += row.inverseMass * impulse.y;
  }
}

void prepare(CRigidWorld &world, const Island &island, float duration, SolverRows<1> &rows) {
  const SolverShape &shape = island.shape;
  for (int32_t i = 0; i < shape.slotCount; ++i) {
    CRigidBody &body = world.bodies[island.bodies[i]];
    body.startCenter = body.center;
    body.startAngle = body.angle;
    const Vector acceleration = world.gravity + body.inverseMass * body.force;
    const Vector velocity = body.velocity + duration * acceleration;
    rows.velocities[i] = {
        velocity.x, velocity.y,
        body.angularVelocity + duration * body.inverseInertia * body.torque};
  }
  for (int32_t i = 0; i < shape.contactCount; ++i) {
    const CRigidContact &contact = world.contacts[island.contacts[i]];
    const CRigidBody &body = world.bodies[contact.body];
    int32_t slot = 0;
    while (island.bodies[slot] != contact.body) ++slot;
    prepare(world, contact, {body.center, body.angle}, slot, true, rows.contacts[i]);
  }
  for (int32_t i = 0; i < shape.contactCount; ++i) {
    warmStart(rows.contacts[i], rows.velocities[rows.contacts[i].slot]);
  }
  for (int32_t i = 0; i < shape.jointCount; ++i) {
    CRigidJoint &joint = world.joints[island.joints[i]];
    prepare(
        joint, world.bodies[joint.first], world.bodies[joint.second], duration, rows.joints[i],
        rows.velocities[shape.firstSlots[i]], rows.velocities[shape.secondSlots[i]]);
  }
}

} // namespace rigid
