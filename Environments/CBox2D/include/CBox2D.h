/// A plain C interface to the rigid-body engine Box2D 2.4.
///
/// Swift calls it without C++ interoperability, which every importer would otherwise have to switch
/// on. It covers what environments need: a world, static and dynamic bodies made of edges and
/// convex polygons, revolute joints with a motor and limits, forces, contact counters
/// and ray casts.
///
/// Units are metres, kilograms, seconds and radians. Angles grow anticlockwise. A handle lives as
/// long as its world. A world and everything in it belong to one thread at a time; separate worlds
/// are independent. Nothing here checks its arguments: the caller does.
///
/// Reference: Box2D 2.4.1, https://box2d.org/documentation_v2.4/ .

#ifndef CBOX2D_H
#define CBOX2D_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Types

/// A world: bodies, joints and the solver that moves them.
typedef struct CBox2DWorld CBox2DWorld;

/// A rigid body.
typedef struct CBox2DBody CBox2DBody;

/// A joint that lets two bodies rotate about a common point.
typedef struct CBox2DRevoluteJoint CBox2DRevoluteJoint;

/// A point or vector in the plane.
typedef struct CBox2DVector {
  float x;
  float y;
} CBox2DVector;

/// The surface and mass of a shape, and what it collides with.
typedef struct CBox2DMaterial {
  /// Mass per area, in kg/m².
  float density;
  /// Friction coefficient; a contact uses the geometric mean of its two shapes'.
  float friction;
  /// Bounciness, from 0 to 1; a contact uses the larger of its two shapes'.
  float restitution;
  /// The groups that the shape belongs to, one bit each.
  uint16_t category;
  /// The groups that it collides with. Two shapes collide when each one's mask meets the other's
  /// category.
  uint16_t mask;
  /// Whether the shape only reports contacts and never pushes.
  bool isSensor;
} CBox2DMaterial;

/// Where a body is and how it moves.
typedef struct CBox2DBodyState {
  /// The body's origin in the world, in m.
  CBox2DVector position;
  /// The rotation about the origin, in rad, not wrapped.
  float angle;
  /// The velocity of the centre of mass, in m/s.
  CBox2DVector velocity;
  /// The angular velocity, in rad/s.
  float angularVelocity;
} CBox2DBodyState;

/// How a body's mass is distributed.
typedef struct CBox2DMassData {
  /// The mass, in kg.
  float mass;
  /// The centre of mass in the body's own coordinates, in m.
  CBox2DVector center;
  /// The rotational inertia about the body's origin, in kg m².
  float inertia;
} CBox2DMassData;

/// The contacts that a body has entered and left since it was added to its world.
typedef struct CBox2DContacts {
  /// How many contacts have begun.
  int64_t begun;
  /// How many contacts have ended. `begun - ended` touch at present.
  int64_t ended;
  /// Whether the latest event was a beginning; false before the first event.
  bool latestHasBegun;
} CBox2DContacts;

/// A revolute joint before it is made.
typedef struct CBox2DRevoluteJointDefinition {
  /// The joint's point in the first body's own coordinates.
  CBox2DVector firstAnchor;
  /// The joint's point in the second body's own coordinates.
  CBox2DVector secondAnchor;
  /// The difference between the second and the first body's angle that counts as zero, in rad.
  float referenceAngle;
  /// Whether `lowerAngle` and `upperAngle` hold.
  bool isLimited;
  /// The smallest joint angle, in rad.
  float lowerAngle;
  /// The largest joint angle, in rad.
  float upperAngle;
  /// Whether the motor runs.
  bool hasMotor;
  /// The angular velocity that the motor aims at, in rad/s.
  float motorSpeed;
  /// The largest torque that the motor may use, in N m.
  float maximumMotorTorque;
} CBox2DRevoluteJointDefinition;

/// What a ray hit first.
typedef struct CBox2DRayHit {
  /// Where the ray hit, in the world.
  CBox2DVector point;
  /// The surface's normal there.
  CBox2DVector normal;
  /// The share of the way from start to end, from 0 to 1.
  float fraction;
} CBox2DRayHit;

// MARK: Worlds

/// Creates an empty world in which bodies fall asleep, with warm starting and continuous collision.
CBox2DWorld *cbox2d_world_create(CBox2DVector gravity);

/// Destroys a world with all that is in it.
void cbox2d_world_destroy(CBox2DWorld *world);

/// Advances a world by `duration` seconds with so many solver iterations for velocities and for
/// positions, then clears the forces.
void cbox2d_world_step(
    CBox2DWorld *world, float duration, int32_t velocityIterations, int32_t positionIterations);

/// Finds the first shape between two points whose category meets `mask`, and returns whether there
/// was one. A start inside a shape does not hit that shape. `hit` is only written on success.
bool cbox2d_world_cast_ray(
    const CBox2DWorld *world, CBox2DVector start, CBox2DVector end, uint16_t mask,
    CBox2DRayHit *hit);

// MARK: Bodies

/// Adds a body that never moves.
CBox2DBody *cbox2d_world_add_static_body(CBox2DWorld *world, CBox2DVector position, float angle);

/// Adds a body that forces and contacts move. It starts awake and at rest.
CBox2DBody *cbox2d_world_add_dynamic_body(CBox2DWorld *world, CBox2DVector position, float angle);

/// Gives a body a line segment that collides on both sides. An edge has no mass.
void cbox2d_body_add_edge(
    CBox2DBody *body, CBox2DVector start, CBox2DVector end, CBox2DMaterial material);

/// Gives a body the convex hull of 3 to 8 points, no three of them on a line.
void cbox2d_body_add_polygon(
    CBox2DBody *body, const CBox2DVector *points, int32_t count, CBox2DMaterial material);

/// Gives a body a rectangle centred on its origin, `2 halfWidth` by `2 halfHeight`.
void cbox2d_body_add_box(
    CBox2DBody *body, float halfWidth, float halfHeight, CBox2DMaterial material);

/// Where a body is and how it moves.
CBox2DBodyState cbox2d_body_state(const CBox2DBody *body);

/// Where a point of a body's own coordinates is in the world.
CBox2DVector cbox2d_body_world_point(const CBox2DBody *body, CBox2DVector point);

/// How a body's mass is distributed.
CBox2DMassData cbox2d_body_mass_data(const CBox2DBody *body);

/// Whether a body is simulated; false for one that has come to rest and sleeps.
bool cbox2d_body_is_awake(const CBox2DBody *body);

/// The contacts that a body has entered and left.
CBox2DContacts cbox2d_body_contacts(const CBox2DBody *body);

/// Adds a force, in N, at the centre of mass for the next step, and wakes the body.
void cbox2d_body_apply_force_to_center(CBox2DBody *body, CBox2DVector force);

// MARK: Revolute joints

/// Joins two bodies. Joined bodies do not collide with each other.
CBox2DRevoluteJoint *cbox2d_world_add_revolute_joint(
    CBox2DWorld *world, CBox2DBody *first, CBox2DBody *second,
    CBox2DRevoluteJointDefinition definition);

/// The second body's angle relative to the first's, less the reference angle, in rad.
float cbox2d_revolute_joint_angle(const CBox2DRevoluteJoint *joint);

/// The rate of change of the joint's angle, in rad/s.
float cbox2d_revolute_joint_speed(const CBox2DRevoluteJoint *joint);

/// Sets the angular velocity that the motor aims at, in rad/s, and wakes both bodies.
void cbox2d_revolute_joint_set_motor_speed(CBox2DRevoluteJoint *joint, float speed);

/// Sets the largest torque that the motor may use, in N m, and wakes both bodies.
void cbox2d_revolute_joint_set_maximum_motor_torque(CBox2DRevoluteJoint *joint, float torque);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
