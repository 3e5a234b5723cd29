// What a body does by itself: shape, mass, bounds, place in time.

#ifndef CRIGIDBODIES_BODY_HPP
#define CRIGIDBODIES_BODY_HPP

#include "Vector.hpp"

namespace rigid {

/// The convex hull of some points.
CRigidPolygon makeHull(const Vector *points, int32_t count);

/// A rectangle centred on the origin.
CRigidPolygon makeBox(float halfWidth, float halfHeight);

/// Sets mass, inertia and centre of mass from the shape and a density.
void setMass(CRigidBody &body, float density);

/// Widens a bounding box by the margin that spares most renewals.
CRigidBounds widened(CRigidBounds bounds);

/// The smallest bounding box of two points, the skin that shapes have included.
CRigidBounds bounds(Vector start, Vector end);

/// The smallest bounding box of a polygon in some place, its skin included.
CRigidBounds bounds(const CRigidPolygon &polygon, const Transform &transform);

/// Whether two bounding boxes have a point in common.
bool overlap(const CRigidBounds &first, const CRigidBounds &second);

/// Renews the bounds after a motion from `startCenter` and `startAngle`, if the body has left them.
void renewBounds(CRigidBody &body);

/// Renews the transform after a change of centre or angle.
inline void place(CRigidBody &body) {
  body.transform = placed(body.center, body.angle, body.localCenter);
}

/// Wakes a body. One that is awake already keeps the time for which it has been slow.
inline void wake(CRigidBody &body) {
  if (body.isAwake) return;
  body.isAwake = true;
  body.sleepTime = 0;
}

/// Moves the start of a body's motion on to another time of the step.
inline void moveStart(CRigidBody &body, float fraction) {
  const float share = (fraction - body.startFraction) / (1.0f - body.startFraction);
  body.startCenter = (1.0f - share) * body.startCenter + share * body.center;
  body.startAngle = (1.0f - share) * body.startAngle + share * body.angle;
  body.startFraction = fraction;
}

} // namespace rigid

#endif
