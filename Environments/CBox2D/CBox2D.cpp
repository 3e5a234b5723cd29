// A multiplication and an addition fused into one rounding change trajectories from machine to
// machine; the pragma stands before Box2D's inline functions so that it covers them as well.
#pragma STDC FP_CONTRACT OFF

#include "CBox2D.h"

#if !__has_include(<box2d/b2_world.h>)
#error "CBox2D needs Box2D 2.4; on Debian and Ubuntu: apt install libbox2d-dev"
#endif

#include <box2d/box2d.h>

#include <deque>

// MARK: Types

/// A body and its contact counters. Box2D's body points back to it.
struct CBox2DBody {
  b2Body *body = nullptr;
  CBox2DContacts contacts = {0, 0, false};
};

namespace {

/// Counts contacts by body.
class ContactCounter final : public b2ContactListener {
public:
  void BeginContact(b2Contact *contact) override {
    for (CBox2DContacts *contacts : {first(contact), second(contact)}) {
      contacts->begun += 1;
      contacts->latestHasBegun = true;
    }
  }

  void EndContact(b2Contact *contact) override {
    for (CBox2DContacts *contacts : {first(contact), second(contact)}) {
      contacts->ended += 1;
      contacts->latestHasBegun = false;
    }
  }

private:
  static CBox2DContacts *first(b2Contact *contact) { return of(contact->GetFixtureA()); }

  static CBox2DContacts *second(b2Contact *contact) { return of(contact->GetFixtureB()); }

  static CBox2DContacts *of(b2Fixture *fixture) {
    const uintptr_t pointer = fixture->GetBody()->GetUserData().pointer;
    return &reinterpret_cast<CBox2DBody *>(pointer)->contacts;
  }
};

/// Keeps the nearest hit among the shapes whose category meets a mask.
class NearestHit final : public b2RayCastCallback {
public:
  explicit NearestHit(uint16_t mask) : mask(mask) {}

  float ReportFixture(
      b2Fixture *fixture, const b2Vec2 &point, const b2Vec2 &normal, float fraction) override {
    if ((fixture->GetFilterData().categoryBits & mask) == 0) return -1; // ignore this shape
    wasFound = true;
    hit = {{point.x, point.y}, {normal.x, normal.y}, fraction};
    return fraction; // clip the ray here
  }

  bool wasFound = false;
  CBox2DRayHit hit = {};

private:
  uint16_t mask;
};

b2Vec2 vector(CBox2DVector v) { return b2Vec2(v.x, v.y); }

CBox2DVector vector(b2Vec2 v) { return {v.x, v.y}; }

b2RevoluteJoint *revolute(CBox2DRevoluteJoint *joint) {
  return reinterpret_cast<b2RevoluteJoint *>(joint);
}

const b2RevoluteJoint *revolute(const CBox2DRevoluteJoint *joint) {
  return reinterpret_cast<const b2RevoluteJoint *>(joint);
}

void addShape(CBox2DBody *body, const b2Shape &shape, CBox2DMaterial material) {
  b2FixtureDef fixture;
  fixture.shape = &shape;
  fixture.density = material.density;
  fixture.friction = material.friction;
  fixture.restitution = material.restitution;
  fixture.filter.categoryBits = material.category;
  fixture.filter.maskBits = material.mask;
  fixture.isSensor = material.isSensor;
  body->body->CreateFixture(&fixture);
}

} // namespace

struct CBox2DWorld {
  explicit CBox2DWorld(b2Vec2 gravity) : world(gravity) { world.SetContactListener(&counter); }

  CBox2DBody *addBody(b2BodyType type, CBox2DVector position, float angle) {
    CBox2DBody *body = &bodies.emplace_back(); // a deque never moves its elements
    b2BodyDef definition;
    definition.type = type;
    definition.position = vector(position);
    definition.angle = angle;
    definition.userData.pointer = reinterpret_cast<uintptr_t>(body);
    body->body = world.CreateBody(&definition);
    return body;
  }

  // Destroyed from the last to the first: the world goes before what it points to.
  ContactCounter counter;
  std::deque<CBox2DBody> bodies;
  b2World world;
};

// MARK: Worlds

CBox2DWorld *cbox2d_world_create(CBox2DVector gravity) {
  return new CBox2DWorld(vector(gravity));
}

void cbox2d_world_destroy(CBox2DWorld *world) { delete world; }

void cbox2d_world_step(
    CBox2DWorld *world, float duration, int32_t velocityIterations, int32_t positionIterations) {
  world->world.Step(duration, velocityIterations, positionIterations);
}

bool cbox2d_world_cast_ray(
    const CBox2DWorld *world, CBox2DVector start, CBox2DVector end, uint16_t mask,
    CBox2DRayHit *hit) {
  NearestHit nearest(mask);
  world->world.RayCast(&nearest, vector(start), vector(end));
  if (nearest.wasFound) *hit = nearest.hit;
  return nearest.wasFound;
}

// MARK: Bodies

CBox2DBody *cbox2d_world_add_static_body(CBox2DWorld *world, CBox2DVector position, float angle) {
  return world->addBody(b2_staticBody, position, angle);
}

CBox2DBody *cbox2d_world_add_dynamic_body(CBox2DWorld *world, CBox2DVector position, float angle) {
  return world->addBody(b2_dynamicBody, position, angle);
}

void cbox2d_body_add_edge(
    CBox2DBody *body, CBox2DVector start, CBox2DVector end, CBox2DMaterial material) {
  b2EdgeShape shape;
  shape.SetTwoSided(vector(start), vector(end));
  addShape(body, shape, material);
}

void cbox2d_body_add_polygon(
    CBox2DBody *body, const CBox2DVector *points, int32_t count, CBox2DMaterial material) {
  b2Vec2 vertices[b2_maxPolygonVertices];
  const int32_t used = b2Min(count, static_cast<int32_t>(b2_maxPolygonVertices));
  for (int32_t i = 0; i < used; ++i) vertices[i] = vector(points[i]);
  b2PolygonShape shape;
  shape.Set(vertices, used);
  addShape(body, shape, material);
}

void cbox2d_body_add_box(
    CBox2DBody *body, float halfWidth, float halfHeight, CBox2DMaterial material) {
  b2PolygonShape shape;
  shape.SetAsBox(halfWidth, halfHeight);
  addShape(body, shape, material);
}

CBox2DBodyState cbox2d_body_state(const CBox2DBody *body) {
  const b2Body *b = body->body;
  return {
      vector(b->GetPosition()), b->GetAngle(), vector(b->GetLinearVelocity()),
      b->GetAngularVelocity()};
}

CBox2DVector cbox2d_body_world_point(const CBox2DBody *body, CBox2DVector point) {
  return vector(body->body->GetWorldPoint(vector(point)));
}

CBox2DMassData cbox2d_body_mass_data(const CBox2DBody *body) {
  return {body->body->GetMass(), vector(body->body->GetLocalCenter()), body->body->GetInertia()};
}

bool cbox2d_body_is_awake(const CBox2DBody *body) { return body->body->IsAwake(); }

CBox2DContacts cbox2d_body_contacts(const CBox2DBody *body) { return body->contacts; }

void cbox2d_body_apply_force_to_center(CBox2DBody *body, CBox2DVector force) {
  body->body->ApplyForceToCenter(vector(force), true);
}

// MARK: Revolute joints

CBox2DRevoluteJoint *cbox2d_world_add_revolute_joint(
    CBox2DWorld *world, CBox2DBody *first, CBox2DBody *second,
    CBox2DRevoluteJointDefinition definition) {
  b2RevoluteJointDef joint;
  joint.bodyA = first->body;
  joint.bodyB = second->body;
  joint.localAnchorA = vector(definition.firstAnchor);
  joint.localAnchorB = vector(definition.secondAnchor);
  joint.referenceAngle = definition.referenceAngle;
  joint.enableLimit = definition.isLimited;
  joint.lowerAngle = definition.lowerAngle;
  joint.upperAngle = definition.upperAngle;
  joint.enableMotor = definition.hasMotor;
  joint.motorSpeed = definition.motorSpeed;
  joint.maxMotorTorque = definition.maximumMotorTorque;
  return reinterpret_cast<CBox2DRevoluteJoint *>(world->world.CreateJoint(&joint));
}

float cbox2d_revolute_joint_angle(const CBox2DRevoluteJoint *joint) {
  return revolute(joint)->GetJointAngle();
}

float cbox2d_revolute_joint_speed(const CBox2DRevoluteJoint *joint) {
  return revolute(joint)->GetJointSpeed();
}

void cbox2d_revolute_joint_set_motor_speed(CBox2DRevoluteJoint *joint, float speed) {
  revolute(joint)->SetMotorSpeed(speed);
}

void cbox2d_revolute_joint_set_maximum_motor_torque(CBox2DRevoluteJoint *joint, float torque) {
  revolute(joint)->SetMaxMotorTorque(torque);
}
