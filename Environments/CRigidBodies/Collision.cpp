// Where a convex polygon touches an edge, as Box2D 2.3 decides it.
//
// The ground stands at the origin and is never turned, so that the edge's coordinates are the
// world's.

#include "Clipping.hpp"

#include <cfloat>

namespace rigid {

/// The side of one shape that the other one's corners are clipped to.
struct Reference {
  Vector start;
  Vector end;
  Vector normal;
  /// The numbers of the two ends.
  int32_t first;
  int32_t second;
};

/// A polygon in the world.
struct PlacedPolygon {
  int32_t count;
  Vector corners[CRIGID_CORNER_CAPACITY];
  Vector normals[CRIGID_CORNER_CAPACITY];

  PlacedPolygon(const CRigidPolygon &polygon, const Transform &transform) : count(polygon.count) {
    for (int32_t i = 0; i < count; ++i) {
      corners[i] = apply(transform, polygon.corners[i]);
      normals[i] = rotate(transform, polygon.normals[i]);
    }
  }

  int32_t next(int32_t corner) const { return following(corner, count); }
};

/// The distance of the polygon's deepest corner from the line through the edge.
static float edgeSeparation(const PlacedPolygon &polygon, Vector start, Vector normal) {
  float least = FLT_MAX;
  for (int32_t i = 0; i < polygon.count; ++i) {
    least = smaller(dot(normal, polygon.corners[i] - start), least);
  }
  return least;
}

/// The side of the polygon from which the edge is farthest, and how far it is.
static float sideSeparation(const PlacedPolygon &polygon, const CRigidEdge &edge, int32_t &side) {
  float greatest = -FLT_MAX;
  for (int32_t i = 0; i < polygon.count; ++i) {
    const Vector inward = -polygon.normals[i];
    const float separation = smaller(
        dot(inward, polygon.corners[i] - edge.start), dot(inward, polygon.corners[i] - edge.end));
    if (separation > greatest) {
      greatest = separation;
      side = i;
    }
    if (separation > touchingDistance) break;
  }
  return greatest;
}

/// The side of the polygon that faces a normal most directly.
static int32_t facingSide(const PlacedPolygon &polygon, Vector normal) {
  int32_t side = 0;
  float least = dot(normal, polygon.normals[0]);
  for (int32_t i = 1; i < polygon.count; ++i) {
    const float value = dot(normal, polygon.normals[i]);
    if (value >= least) continue;
    least = value;
    side = i;
  }
  return side;
}

/// An end of the segment that is clipped.
static b2ClipVertex clipVertex(Vector point, int32_t ofEdge, int32_t ofPolygon, bool isEdgeCorner) {
  b2ClipVertex vertex;
  vertex.v = box2d(point);
  vertex.id.cf.indexA = uint8(ofEdge);
  vertex.id.cf.indexB = uint8(ofPolygon);
  vertex.id.cf.typeA = isEdgeCorner ? b2ContactFeature::e_vertex : b2ContactFeature::e_face;
  vertex.id.cf.typeB = isEdgeCorner ? b2ContactFeature::e_face : b2ContactFeature::e_vertex;
  return vertex;
}

/// Cuts a segment to what lies beside the reference; false if nothing does.
static bool clip(b2ClipVertex segment[2], const Reference &reference) {
  const Vector side = clockwise(reference.normal);
  b2ClipVertex half[2];
  return b2ClipSegmentToLine(
             half, segment, box2d(side), dot(side, reference.start), reference.first) == 2
      && b2ClipSegmentToLine(
             segment, half, box2d(-side), dot(-side, reference.end), reference.second) == 2;
}

void collide(
    CRigidContact &contact, const CRigidEdge &edge, const CRigidPolygon &polygon,
    const Transform &transform) {
  contact.pointCount = 0;
  Vector along = edge.end - edge.start;
  along = (1.0f / std::sqrt(along.x * along.x + along.y * along.y)) * along;
  const Vector right = clockwise(along);
  // The polygon's centroid decides on which side of the edge it is.
  const bool isInFront = dot(right, apply(transform, polygon.centroid) - edge.start) >= 0.0f;
  const Vector normal = isInFront ? right : -right;

  const PlacedPolygon placed(polygon, transform);
  const float edgeDistance = edgeSeparation(placed, edge.start, normal);
  if (edgeDistance > touchingDistance) return;
  int32_t side = 0;
  const float sideDistance = sideSeparation(placed, edge, side);
  if (sideDistance > touchingDistance) return;

  const bool isBodyReference = isClearlyBetter(sideDistance, edgeDistance);
  Reference reference;
  b2ClipVertex segment[2];
  if (isBodyReference) {
    const int32_t next = placed.next(side);
    reference = {placed.corners[side], placed.corners[next], placed.normals[side], side, next};
    segment[0] = clipVertex(edge.start, 0, side, true);
    segment[1] = clipVertex(edge.end, 0, side, true);
  } else {
    const int32_t facing = facingSide(placed, normal), next = placed.next(facing);
    reference = isInFront ? Reference{edge.start, edge.end, normal, 0, 1}
                          : Reference{edge.end, edge.start, normal, 1, 0};
    segment[0] = clipVertex(placed.corners[facing], 0, facing, false);
    segment[1] = clipVertex(placed.corners[next], 0, next, false);
  }
  if (!clip(segment, reference)) return;

  contact.isBodyReference = isBodyReference;
  contact.localNormal = isBodyReference ? polygon.normals[side] : reference.normal;
  contact.localPoint = isBodyReference ? polygon.corners[side] : reference.start;
  for (const b2ClipVertex &vertex : segment) {
    const Vector point = vector(vertex.v);
    if (dot(reference.normal, point - reference.start) > touchingDistance) continue;
    CRigidContactPoint &result = contact.points[contact.pointCount++];
    result.localPoint = isBodyReference ? point : applyInverse(transform, point);
    result.feature = feature(vertex.id.cf, isBodyReference);
  }
}

} // namespace rigid
