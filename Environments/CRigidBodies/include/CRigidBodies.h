/// A small rigid-body simulation in the plane that rounds like Box2D 2.3.
///
/// Gymnasium's Box2D environments run on Box2D 2.3. Its successor 2.4 rewrote the revolute joint
/// and rounds elsewhere too, so that trajectories part. This step follows 2.3's algorithm operation
/// by operation and takes shapes, clipping and the time of impact from Box2D 2.4's public interface.
///
/// A world is plain data without pointers: a copy of the struct is a snapshot, and going on from
/// the copy gives the same bits. Worlds can be stepped together (`crigid_worlds_step`), which is
/// faster and gives the same bits as one at a time.
///
/// What a world holds: the ground, whose pieces are convex polygons (blocks) and edges, which stand
/// still at the origin; bodies of one convex polygon each, which collide with the ground and not
/// with each other; revolute joints with a motor and limits. Bounciness is 0.
///
/// Units are metres, kilograms, seconds and radians. Angles grow anticlockwise. Bodies, joints and
/// pieces of the ground are named by their index; the blocks come before the edges. Separate worlds
/// are independent of each other. Nothing here checks its arguments: the caller keeps to what is
/// stated.
///
/// Source: the algorithm is that of Box2D 2.3 by Erin Catto (zlib licence, https://box2d.org); it
/// is described in his talks at the Game Developers Conference, "Iterative Dynamics with Temporal
/// Coherence" (2005) and "Continuous Collision" (2013).

#ifndef CRIGIDBODIES_H
#define CRIGIDBODIES_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nonnull
#endif

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Capacities

/// How much a world can hold.
enum {
  CRIGID_BODY_CAPACITY = 5,
  CRIGID_JOINT_CAPACITY = 4,
  CRIGID_BLOCK_CAPACITY = 48,
  CRIGID_EDGE_CAPACITY = 200,
  /// Pairs of a body and a piece of the ground that are near each other; more are left out.
  CRIGID_CONTACT_CAPACITY = 128,
  /// Those of them in one island that touch; more do not push.
  CRIGID_TOUCHING_CAPACITY = 36,
  CRIGID_CORNER_CAPACITY = 8
};

// MARK: Geometry

/// A point or vector in the plane.
typedef struct CRigidVector {
  float x;
  float y;
} CRigidVector;

/// A rotation, by its sine and cosine, and then a translation.
typedef struct CRigidTransform {
  CRigidVector position;
  float sine;
  float cosine;
} CRigidTransform;

/// A rectangle along the axes.
typedef struct CRigidBounds {
  CRigidVector lower;
  CRigidVector upper;
} CRigidBounds;

/// A convex polygon, its corners in anticlockwise order.
typedef struct CRigidPolygon {
  int32_t count;
  CRigidVector corners[CRIGID_CORNER_CAPACITY];
  /// The outward normal of the side from each corner to the next.
  CRigidVector normals[CRIGID_CORNER_CAPACITY];
  CRigidVector centroid;
} CRigidPolygon;

/// A fixed line segment that collides on both sides.
typedef struct CRigidEdge {
  CRigidVector start;
  CRigidVector end;
  float friction;
  /// Its bounding box, with a margin.
  CRigidBounds bounds;
} CRigidEdge;

/// A fixed convex polygon.
typedef struct CRigidBlock {
  CRigidPolygon shape;
  float friction;
  /// Its bounding box, with a margin.
  CRigidBounds bounds;
} CRigidBlock;

// MARK: Bodies

/// The contacts that a body has entered and left.
typedef struct CRigidContactCounts {
  int32_t begun;
  int32_t ended;
  /// Whether the latest event was a beginning; false before the first event.
  bool latestHasBegun;
} CRigidContactCounts;

/// A body that forces and contacts move.
typedef struct CRigidBody {
  CRigidPolygon shape;
  float friction;
  float mass;
  float inverseMass;
  /// The rotational inertia about the centre of mass, in kg m².
  float inertia;
  float inverseInertia;
  /// The centre of mass in the body's own coordinates.
  CRigidVector localCenter;

  /// The centre of mass in the world.
  CRigidVector center;
  /// The rotation, not wrapped.
  float angle;
  /// The velocity of the centre of mass, in m/s.
  CRigidVector velocity;
  float angularVelocity;
  /// Where the body's own coordinates lie in the world.
  CRigidTransform transform;
  /// For how long the body has been slow enough to fall asleep, in s.
  float sleepTime;
  /// Whether the body is simulated; false for one that has come to rest.
  bool isAwake;

  /// What acts in the next step, at the centre of mass.
  CRigidVector force;
  float torque;

  /// Centre and angle at the time `startFraction` of a step, from 0 to 1, and what they are moved
  /// on from. Only used within a step.
  CRigidVector startCenter;
  float startAngle;
  float startFraction;

  /// A bounding box with a margin, which is only renewed once the body has left it.
  CRigidBounds bounds;
  /// Whether `bounds` is new since contacts were last looked for.
  bool hasNewBounds;
  CRigidContactCounts contacts;
} CRigidBody;

// MARK: Joints

/// At which of its limits a joint is.
typedef enum CRigidLimit {
  CRIGID_LIMIT_INACTIVE = 0,
  CRIGID_LIMIT_LOWER = 1,
  CRIGID_LIMIT_UPPER = 2
} CRigidLimit;

/// A joint that lets two bodies rotate about a common point, between limits, driven by a motor.
typedef struct CRigidJoint {
  /// The two bodies.
  int32_t first;
  int32_t second;
  /// The common point in the own coordinates of each.
  CRigidVector firstAnchor;
  CRigidVector secondAnchor;
  /// The difference between the second and the first body's angle that counts as zero.
  float referenceAngle;
  /// The smallest and the largest angle; they are at least 0.07 (4°) apart.
  float lowerAngle;
  float upperAngle;
  /// The angular velocity that the motor aims at, in rad/s.
  float motorSpeed;
  /// The largest torque that the motor may use, in N m.
  float maximumMotorTorque;

  /// Where the last step found the joint, and the impulses it used: the next one's first guess.
  CRigidLimit limit;
  CRigidVector impulse;
  float limitImpulse;
  float motorImpulse;
} CRigidJoint;

// MARK: Contacts

/// A point at which a body and a piece of the ground touch.
typedef struct CRigidContactPoint {
  /// The point, in the body's coordinates if the ground is the reference, else in the world's.
  CRigidVector localPoint;
  /// The impulses that the last step used: the next one's first guess.
  float normalImpulse;
  float tangentImpulse;
  /// Which corners and sides meet; tells whether a point is the same as in the last step.
  uint32_t feature;
} CRigidContactPoint;

/// A body and a piece of the ground whose bounding boxes overlap.
typedef struct CRigidContact {
  int32_t body;
  int32_t piece;
  float friction;
  bool isTouching;
  /// Whether the solver may use it; a contact that was only grazed in a step is left out.
  bool isEnabled;
  /// Whether the reference is a side of the body and not one of the ground.
  bool isBodyReference;
  /// The normal and one point of the reference, in the coordinates of what it belongs to.
  CRigidVector localNormal;
  CRigidVector localPoint;
  int32_t pointCount;
  CRigidContactPoint points[2];
} CRigidContact;

// MARK: Worlds

/// Everything that a simulation consists of.
typedef struct CRigidWorld {
  CRigidVector gravity;
  int32_t blockCount;
  int32_t edgeCount;
  int32_t bodyCount;
  int32_t jointCount;
  int32_t contactCount;
  CRigidBody bodies[CRIGID_BODY_CAPACITY];
  CRigidJoint joints[CRIGID_JOINT_CAPACITY];
  /// From the oldest to the newest.
  CRigidContact contacts[CRIGID_CONTACT_CAPACITY];
  CRigidEdge edges[CRIGID_EDGE_CAPACITY];
  CRigidBlock blocks[CRIGID_BLOCK_CAPACITY];
} CRigidWorld;

/// A body of a world.
static inline CRigidBody *crigid_world_body(CRigidWorld *world, int32_t index) {
  return &world->bodies[index];
}

/// A joint of a world.
static inline CRigidJoint *crigid_world_joint(CRigidWorld *world, int32_t index) {
  return &world->joints[index];
}

/// A contact of a world, from the oldest to the newest.
static inline CRigidContact *crigid_world_contact(CRigidWorld *world, int32_t index) {
  return &world->contacts[index];
}

/// A point of a contact.
static inline CRigidContactPoint *crigid_contact_point(CRigidContact *contact, int32_t index) {
  return &contact->points[index];
}

/// Makes an empty world.
void crigid_world_initialize(CRigidWorld *world, CRigidVector gravity);

/// Makes a world a copy of another one. Only what is in use is read and written.
void crigid_world_copy(CRigidWorld *target, const CRigidWorld *source);

/// Adds a block before all edges. There must be room for it, and no contact yet.
void crigid_world_add_block(CRigidWorld *world, CRigidPolygon shape, float friction);

/// Adds an edge between two points that are at least 0.01 apart. There must be room for it.
void crigid_world_add_edge(
    CRigidWorld *world, CRigidVector start, CRigidVector end, float friction);

/// The convex hull of 3 to 8 points, no two closer than 0.0025 and not all on a line.
CRigidPolygon crigid_polygon_make_hull(const CRigidVector *points, int32_t count);

/// A rectangle centred on the origin, `2 halfWidth` by `2 halfHeight`, both positive.
CRigidPolygon crigid_polygon_make_box(float halfWidth, float halfHeight);

/// Adds a body, awake and at rest, and returns its index. There must be room for it. The density,
/// in kg/m², is positive.
int32_t crigid_world_add_body(
    CRigidWorld *world, CRigidVector position, float angle, CRigidPolygon shape, float density,
    float friction);

/// Adds a joint between two different bodies, which must be there already. There must be room for
/// it. Only the fields before `limit` are read.
void crigid_world_add_joint(CRigidWorld *world, CRigidJoint joint);

/// Advances a world by `duration` seconds with so many iterations for velocities and, at most, for
/// positions, then clears the forces. The duration is positive.
void crigid_world_step(
    CRigidWorld *world, float duration, int32_t velocityIterations, int32_t positionIterations);

/// Advances several worlds as `crigid_world_step` does one. The worlds are distinct.
void crigid_worlds_step(
    CRigidWorld *_Nonnull const *_Nonnull worlds, int32_t count, float duration,
    int32_t velocityIterations, int32_t positionIterations);

/// Renews what follows from a body's centre and angle after these were set.
void crigid_world_place_body(CRigidWorld *world, int32_t body);

// MARK: Looking

/// How far a ray gets from one point to a different one before it meets the ground, as a fraction
/// of the way; 1 if it meets none. A ray does not see the blocks that it starts in.
float crigid_world_cast_ray(const CRigidWorld *world, CRigidVector start, CRigidVector end);

// MARK: Forces

/// Changes what a joint's motor does, and wakes both bodies.
void crigid_world_drive_joint(CRigidWorld *world, int32_t joint, float speed, float maximumTorque);

/// Adds a force, in N, and a torque, in N m, at the centre of mass for the next step, and wakes the
/// body.
void crigid_world_apply_force(CRigidWorld *world, int32_t body, CRigidVector force, float torque);

/// Changes the velocities at once by an impulse, in N s, at a point of the world, and wakes the
/// body.
void crigid_world_apply_impulse(
    CRigidWorld *world, int32_t body, CRigidVector impulse, CRigidVector point);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
