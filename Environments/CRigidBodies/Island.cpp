#include "Island.hpp"

#include "Box2D.hpp"

#include <cfloat>

namespace rigid {

void findIsland(CRigidWorld &world, int32_t seed, IslandMarks &marks, Island &island) {
  island.shape = {};
  int32_t stack[CRIGID_BODY_CAPACITY] = {seed}, stackCount = 1;
  int32_t slots[CRIGID_BODY_CAPACITY] = {};
  marks.bodies[seed] = true;
  while (stackCount > 0) {
    const int32_t body = stack[--stackCount];
    slots[body] = island.shape.slotCount;
    island.bodies[island.shape.slotCount++] = body;
    // Its sleep timer goes on, unlike that of a body that is woken.
    world.bodies[body].isAwake = true;

    // Contacts and joints from the newest to the oldest.
    for (int32_t i = world.contactCount - 1; i >= 0; --i) {
      const CRigidContact &contact = world.contacts[i];
      if (contact.body != body || !contact.isEnabled || !contact.isTouching) continue;
      if (island.shape.contactCount == CRIGID_TOUCHING_CAPACITY) break;
      island.contacts[island.shape.contactCount++] = i;
    }
    for (int32_t i = world.jointCount - 1; i >= 0; --i) {
      const CRigidJoint &joint = world.joints[i];
      if ((joint.first != body && joint.second != body) || marks.joints[i]) continue;
      marks.joints[i] = true;
      island.joints[island.shape.jointCount++] = i;
      const int32_t other = joint.first == body ? joint.second : joint.first;
      if (marks.bodies[other]) continue;
      marks.bodies[other] = true;
      stack[stackCount++] = other;
    }
  }
  for (int32_t i = 0; i < island.shape.jointCount; ++i) {
    island.shape.firstSlots[i] = slots[world.joints[island.joints[i]].first];
    island.shape.secondSlots[i] = slots[world.joints[island.joints[i]].second];
  }
}

void finish(
    CRigidWorld &world, const Island &island, float duration, int32_t positionIterations,
    const SolverRows<1> &rows) {
  const SolverShape &shape = island.shape;
  for (int32_t i = 0; i < shape.jointCount; ++i) {
    CRigidJoint &joint = world.joints[island.joints[i]];
    joint.impulse = {rows.joints[i].x, rows.joints[i].y};
    joint.limitImpulse = rows.joints[i].limit;
    joint.motorImpulse = rows.joints[i].motor;
  }
  for (int32_t i = 0; i < shape.contactCount; ++i) {
    const ContactRow<1> &row = rows.contacts[i];
    CRigidContact &contact = world.contacts[island.contacts[i]];
    for (int32_t j = 0; j < (row.isPair ? 2 : 1); ++j) {
      contact.points[j].normalImpulse = row.points[j].normalImpulse;
      contact.points[j].tangentImpulse = row.points[j].tangentImpulse;
    }
  }

  Position positions[CRIGID_BODY_CAPACITY];
  for (int32_t i = 0; i < shape.slotCount; ++i) {
    CRigidBody &body = world.bodies[island.bodies[i]];
    positions[i] = {body.center, body.angle};
    body.velocity = {rows.velocities[i].x, rows.velocities[i].y};
    body.angularVelocity = rows.velocities[i].angular;
    move(positions[i], body.velocity, body.angularVelocity, duration);
  }

  bool isSolved = false;
  for (int32_t iteration = 0; iteration < positionIterations && !isSolved; ++iteration) {
    float least = 0;
    for (int32_t i = 0; i < shape.contactCount; ++i) {
      const CRigidContact &contact = world.contacts[island.contacts[i]];
      const float separation = correct(
          contact, world.bodies[contact.body], positions[rows.contacts[i].slot], b2_baumgarte);
      least = smaller(least, separation);
    }
    isSolved = least >= -3.0f * b2_linearSlop;
    for (int32_t i = 0; i < shape.jointCount; ++i) {
      const CRigidJoint &joint = world.joints[island.joints[i]];
      const bool isFine = correct(
          joint, world.bodies[joint.first], world.bodies[joint.second],
          positions[shape.firstSlots[i]], positions[shape.secondSlots[i]]);
      isSolved = isSolved && isFine;
    }
  }

  float leastSleepTime = FLT_MAX;
  for (int32_t i = 0; i < shape.slotCount; ++i) {
    CRigidBody &body = world.bodies[island.bodies[i]];
    body.center = positions[i].center;
    body.angle = positions[i].angle;
    place(body);
    const float turn = body.angularVelocity;
    const bool isFast = turn * turn > b2_angularSleepTolerance * b2_angularSleepTolerance
        || dot(body.velocity, body.velocity) > b2_linearSleepTolerance * b2_linearSleepTolerance;
    body.sleepTime = isFast ? 0 : body.sleepTime + duration;
    leastSleepTime = smaller(leastSleepTime, body.sleepTime);
  }
  if (leastSleepTime < b2_timeToSleep || !isSolved) return;
  for (int32_t i = 0; i < shape.slotCount; ++i) {
    CRigidBody &body = world.bodies[island.bodies[i]];
    body.isAwake = false;
    body.sleepTime = 0;
    body.velocity = {0, 0};
    body.angularVelocity = 0;
  }
}

} // namespace rigid
