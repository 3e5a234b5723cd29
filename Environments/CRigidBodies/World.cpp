#include "CRigidBodies.h"

#include "Ground.hpp"

#include <cstddef>
#include <cstring>

using namespace rigid;

// MARK: Making a world

void crigid_world_initialize(CRigidWorld *world, CRigidVector gravity) {
  world->gravity = gravity;
  world->blockCount = world->edgeCount = 0;
  world->bodyCount = world->jointCount = world->contactCount = 0;
}

template <class Element> static void copy(Element *target, const Element *source, int32_t count) {
  std::memcpy(target, source, size_t(count) * sizeof(Element));
}

void crigid_world_copy(CRigidWorld *target, const CRigidWorld *source) {
  std::memcpy(target, source, offsetof(CRigidWorld, bodies));
  copy(target->bodies, source->bodies, source->bodyCount);
  copy(target->joints, source->joints, source->jointCount);
  copy(target->contacts, source->contacts, source->contactCount);
  copy(target->edges, source->edges, source->edgeCount);
  copy(target->blocks, source->blocks, source->blockCount);
}

void crigid_world_add_block(CRigidWorld *world, CRigidPolygon shape, float friction) {
  CRigidBlock &block = world->blocks[world->blockCount++];
  block.shape = shape;
  block.friction = friction;
  block.bounds = widened(bounds(shape, unmoved));
}

void crigid_world_add_edge(
    CRigidWorld *world, CRigidVector start, CRigidVector end, float friction) {
  CRigidEdge &edge = world->edges[world->edgeCount++];
  edge.start = start;
  edge.end = end;
  edge.friction = friction;
  edge.bounds = widened(bounds(start, end));
}

CRigidPolygon crigid_polygon_make_hull(const CRigidVector *points, int32_t count) {
  return makeHull(points, count);
}

CRigidPolygon crigid_polygon_make_box(float halfWidth, float halfHeight) {
  return makeBox(halfWidth, halfHeight);
}

int32_t crigid_world_add_body(
    CRigidWorld *world, CRigidVector position, float angle, CRigidPolygon shape, float density,
    float friction) {
  CRigidBody &body = world->bodies[world->bodyCount];
  body = {};
  body.shape = shape;
  body.friction = friction;
  setMass(body, density);
  body.angle = body.startAngle = angle;
  body.transform = {position, std::sin(angle), std::cos(angle)};
  body.center = body.startCenter = apply(body.transform, body.localCenter);
  body.isAwake = true;
  body.bounds = widened(bounds(body.shape, body.transform));
  body.hasNewBounds = true;
  return world->bodyCount++;
}

void crigid_world_add_joint(CRigidWorld *world, CRigidJoint joint) {
  joint.limit = CRIGID_LIMIT_INACTIVE;
  joint.impulse = {0, 0};
  joint.limitImpulse = joint.motorImpulse = 0;
  world->joints[world->jointCount++] = joint;
}

void crigid_world_place_body(CRigidWorld *world, int32_t body) { place(world->bodies[body]); }

// MARK: Looking

float crigid_world_cast_ray(const CRigidWorld *world, CRigidVector start, CRigidVector end) {
  return castRay(*world, start, end);
}

// MARK: Forces

void crigid_world_drive_joint(CRigidWorld *world, int32_t joint, float speed, float maximumTorque) {
  CRigidJoint &target = world->joints[joint];
  wake(world->bodies[target.first]);
  wake(world->bodies[target.second]);
  target.motorSpeed = speed;
  target.maximumMotorTorque = maximumTorque;
}

void crigid_world_apply_force(CRigidWorld *world, int32_t body, CRigidVector force, float torque) {
  CRigidBody &target = world->bodies[body];
  wake(target);
  target.force += force;
  target.torque += torque;
}

void crigid_world_apply_impulse(
    CRigidWorld *world, int32_t body, CRigidVector impulse, CRigidVector point) {
  CRigidBody &target = world->bodies[body];
  wake(target);
  target.velocity += target.inverseMass * impulse;
  target.angularVelocity += target.inverseInertia * cross(point - target.center, impulse);
}
