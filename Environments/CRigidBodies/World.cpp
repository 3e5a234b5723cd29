#include "CRigidBodies.h"

#include "Body.hpp"

using namespace rigid;

// MARK: Making a world

CRigidWorld crigid_world_make(CRigidVector gravity) {
  CRigidWorld world = {};
  world.gravity = gravity;
  return world;
}

void crigid_world_add_edge(
    CRigidWorld *world, CRigidVector start, CRigidVector end, float friction) {
  CRigidEdge &edge = world->edges[world->edgeCount++];
  edge.start = start;
  edge.end = end;
  edge.friction = friction;
  edge.bounds = widened(bounds(edge));
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

// MARK: Forces

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
