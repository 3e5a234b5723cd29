// Where a convex polygon touches a fixed one, as Box2D 2.3 decides it.

#include "Clipping.hpp"

#include <cfloat>

namespace rigid {

/// A polygon and where it is.
struct Placed {
  const CRigidPolygon &polygon;
  const Transform &transform;

  int32_t next(int32_t corner) const { return following(corner, polygon.count); }
  Vector corner(int32_t index) const { return apply(transform, polygon.corners[index]); }
};

/// How far a polygon is beyond one side of another one: the distance of its nearest corner.
static float separation(const Placed &reference, int32_t side, const Placed &other) {
  const Vector normal = rotate(reference.transform, reference.polygon.normals[side]);
  const Vector localNormal = rotateInverse(other.transform, normal);
  int32_t nearest = 0;
  float least = FLT_MAX;
  for (int32_t i = 0; i < other.polygon.count; ++i) {
    const float value = dot(other.polygon.corners[i], localNormal);
    if (value >= least) continue;
    least = value;
    nearest = i;
  }
  return dot(other.corner(nearest) - reference.corner(side), normal);
}

/// The side that faces the other polygon's centroid.
static int32_t facingSide(const Placed &reference, const Placed &other) {
  const Vector way = apply(other.transform, other.polygon.centroid)
      - apply(reference.transform, reference.polygon.centroid);
  const Vector localWay = rotateInverse(reference.transform, way);
  int32_t side = 0;
  float greatest = -FLT_MAX;
  for (int32_t i = 0; i < reference.polygon.count; ++i) {
    const float value = dot(reference.polygon.normals[i], localWay);
    if (value <= greatest) continue;
    greatest = value;
    side = i;
  }
  return side;
}

/// The greatest separation, and the side that has it. Climbs from the side that faces the other
/// polygon, so that it may end at a side that is only better than its neighbours.
static float greatestSeparation(const Placed &reference, const Placed &other, int32_t &side) {
  const int32_t count = reference.polygon.count;
  const auto before = [count](int32_t i) { return i > 0 ? i - 1 : count - 1; };
  side = facingSide(reference, other);
  float greatest = separation(reference, side, other);
  const float atBefore = separation(reference, before(side), other);
  const float atNext = separation(reference, reference.next(side), other);
  const bool climbsBack = atBefore > greatest && atBefore > atNext;
  if (!climbsBack && !(atNext > greatest)) return greatest;

  greatest = climbsBack ? atBefore : atNext;
  side = climbsBack ? before(side) : reference.next(side);
  for (;;) {
    const int32_t candidate = climbsBack ? before(side) : reference.next(side);
    const float found = separation(reference, candidate, other);
    if (!(found > greatest)) return greatest;
    greatest = found;
    side = candidate;
  }
}

/// The side of a polygon that is turned most directly against a side of the reference.
static int32_t opposingSide(const Placed &reference, int32_t side, const Placed &other) {
  const Vector normal = rotateInverse(
      other.transform, rotate(reference.transform, reference.polygon.normals[side]));
  int32_t opposing = 0;
  float least = FLT_MAX;
  for (int32_t i = 0; i < other.polygon.count; ++i) {
    const float value = dot(normal, other.polygon.normals[i]);
    if (value >= least) continue;
    least = value;
    opposing = i;
  }
  return opposing;
}

static b2ClipVertex clipVertex(const Placed &other, int32_t corner, int32_t side) {
  b2ClipVertex vertex;
  vertex.v = box2d(other.corner(corner));
  vertex.id.cf.indexA = uint8(side);
  vertex.id.cf.indexB = uint8(corner);
  vertex.id.cf.typeA = b2ContactFeature::e_face;
  vertex.id.cf.typeB = b2ContactFeature::e_vertex;
  return vertex;
}

void collide(
    CRigidContact &contact, const CRigidPolygon &block, const CRigidPolygon &polygon,
    const Transform &transform) {
  contact.pointCount = 0;
  const Placed ground = {block, unmoved}, body = {polygon, transform};
  int32_t groundSide = 0, bodySide = 0;
  const float groundDistance = greatestSeparation(ground, body, groundSide);
  if (groundDistance > touchingDistance) return;
  const float bodyDistance = greatestSeparation(body, ground, bodySide);
  if (bodyDistance > touchingDistance) return;

  const bool isBodyReference = isClearlyBetter(bodyDistance, groundDistance);
  const Placed &reference = isBodyReference ? body : ground;
  const Placed &other = isBodyReference ? ground : body;
  const int32_t side = isBodyReference ? bodySide : groundSide, next = reference.next(side);
  const int32_t opposing = opposingSide(reference, side, other);
  const b2ClipVertex segment[2] = {
      clipVertex(other, opposing, side), clipVertex(other, other.next(opposing), side)};

  // The side's direction again from its corners, which rounds otherwise than its normal.
  const Vector localStart = reference.polygon.corners[side];
  const Vector localEnd = reference.polygon.corners[next];
  Vector localAlong = localEnd - localStart;
  localAlong = (1.0f / std::sqrt(dot(localAlong, localAlong))) * localAlong;
  const Vector along = rotate(reference.transform, localAlong), normal = clockwise(along);
  const Vector start = reference.corner(side), end = reference.corner(next);

  // Cut to what lies beside the reference, its skin included.
  b2ClipVertex half[2], clipped[2];
  const float before = -dot(along, start) + touchingDistance;
  if (b2ClipSegmentToLine(half, segment, box2d(-along), before, side) < 2) return;
  const float after = dot(along, end) + touchingDistance;
  if (b2ClipSegmentToLine(clipped, half, box2d(along), after, next) < 2) return;

  contact.isBodyReference = isBodyReference;
  contact.localNormal = clockwise(localAlong);
  contact.localPoint = 0.5f * (localStart + localEnd);
  for (const b2ClipVertex &vertex : clipped) {
    const Vector point = vector(vertex.v);
    if (dot(normal, point) - dot(normal, start) > touchingDistance) continue;
    CRigidContactPoint &result = contact.points[contact.pointCount++];
    result.localPoint = applyInverse(other.transform, point);
    result.feature = feature(vertex.id.cf, isBodyReference);
  }
}

} // namespace rigid
