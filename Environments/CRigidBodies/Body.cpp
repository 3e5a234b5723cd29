#include "Body.hpp"

#include "Box2D.hpp"

namespace rigid {

/// The centroid. Its triangles meet in the origin, as in 2.3; the point decides how it rounds.
static Vector centroid(const CRigidPolygon &polygon) {
  const float third = 1.0f / 3.0f;
  Vector center = {0, 0};
  float area = 0;
  for (int32_t i = 0; i < polygon.count; ++i) {
    const Vector a = polygon.corners[i];
    const Vector b = polygon.corners[i + 1 < polygon.count ? i + 1 : 0];
    const float triangle = 0.5f * cross(a, b);
    area += triangle;
    center += triangle * third * (a + b);
  }
  return (1.0f / area) * center;
}

static CRigidPolygon polygon(const b2PolygonShape &shape) {
  CRigidPolygon polygon = {};
  polygon.count = shape.m_count;
  for (int32_t i = 0; i < shape.m_count; ++i) {
    polygon.corners[i] = vector(shape.m_vertices[i]);
    polygon.normals[i] = vector(shape.m_normals[i]);
  }
  return polygon;
}

CRigidPolygon makeHull(const Vector *points, int32_t count) {
  b2Vec2 vertices[b2_maxPolygonVertices];
  const int32_t used = b2Min(count, int32_t(b2_maxPolygonVertices));
  for (int32_t i = 0; i < used; ++i) vertices[i] = box2d(points[i]);
  b2PolygonShape shape;
  shape.Set(vertices, used);
  CRigidPolygon hull = polygon(shape);
  hull.centroid = centroid(hull);
  return hull;
}

CRigidPolygon makeBox(float halfWidth, float halfHeight) {
  b2PolygonShape shape;
  shape.SetAsBox(halfWidth, halfHeight);
  return polygon(shape);
}

void setMass(CRigidBody &body, float density) {
  const CRigidPolygon &shape = body.shape;
  const float third = 1.0f / 3.0f;

  // The triangles of the polygon meet in the mean of its corners.
  Vector mean = {0, 0};
  for (int32_t i = 0; i < shape.count; ++i) mean += shape.corners[i];
  mean = (1.0f / float(shape.count)) * mean;

  Vector center = {0, 0};
  float area = 0, inertia = 0;
  for (int32_t i = 0; i < shape.count; ++i) {
    const Vector a = shape.corners[i] - mean;
    const Vector b = shape.corners[i + 1 < shape.count ? i + 1 : 0] - mean;
    const float parallelogram = cross(a, b);
    const float triangle = 0.5f * parallelogram;
    area += triangle;
    center += triangle * third * (a + b);
    const float squareX = a.x * a.x + b.x * a.x + b.x * b.x;
    const float squareY = a.y * a.y + b.y * a.y + b.y * b.y;
    inertia += (0.25f * third * parallelogram) * (squareX + squareY);
  }
  body.mass = density * area;
  body.inverseMass = 1.0f / body.mass;
  center = (1.0f / area) * center;

  // From the mean to the origin, and from there to the centre of mass.
  const Vector centroid = center + mean;
  inertia = density * inertia;
  inertia += body.mass * (dot(centroid, centroid) - dot(center, center));
  body.localCenter = body.inverseMass * (body.mass * centroid);
  inertia -= body.mass * dot(body.localCenter, body.localCenter);
  body.inertia = inertia;
  body.inverseInertia = 1.0f / inertia;
}

CRigidBounds widened(CRigidBounds bounds) {
  const Vector margin = {b2_aabbExtension, b2_aabbExtension};
  return {bounds.lower - margin, bounds.upper + margin};
}

/// The smallest box around two points.
static CRigidBounds box(Vector a, Vector b) {
  return {{smaller(a.x, b.x), smaller(a.y, b.y)}, {larger(a.x, b.x), larger(a.y, b.y)}};
}

/// The smallest box around two boxes.
static CRigidBounds box(const CRigidBounds &a, const CRigidBounds &b) {
  return {box(a.lower, b.lower).lower, box(a.upper, b.upper).upper};
}

/// Adds the skin that shapes have.
static CRigidBounds withSkin(const CRigidBounds &bounds) {
  const Vector skin = {b2_polygonRadius, b2_polygonRadius};
  return {bounds.lower - skin, bounds.upper + skin};
}

CRigidBounds bounds(Vector start, Vector end) { return withSkin(box(start, end)); }

CRigidBounds bounds(const CRigidPolygon &polygon, const Transform &transform) {
  const Vector first = apply(transform, polygon.corners[0]);
  CRigidBounds result = {first, first};
  for (int32_t i = 1; i < polygon.count; ++i) {
    const Vector corner = apply(transform, polygon.corners[i]);
    result = box(result, CRigidBounds{corner, corner});
  }
  return withSkin(result);
}

bool overlap(const CRigidBounds &first, const CRigidBounds &second) {
  return first.lower.x <= second.upper.x && first.lower.y <= second.upper.y
      && second.lower.x <= first.upper.x && second.lower.y <= first.upper.y;
}

/// Whether one box lies within another.
static bool contains(const CRigidBounds &outer, const CRigidBounds &inner) {
  return outer.lower.x <= inner.lower.x && outer.lower.y <= inner.lower.y
      && inner.upper.x <= outer.upper.x && inner.upper.y <= outer.upper.y;
}

void renewBounds(CRigidBody &body) {
  const Transform start = placed(body.startCenter, body.startAngle, body.localCenter);
  const CRigidBounds swept =
      box(bounds(body.shape, start), bounds(body.shape, body.transform));
  if (contains(body.bounds, swept)) return;

  // Looks ahead by twice the motion.
  const Vector ahead = 2.0f * (body.transform.position - start.position);
  CRigidBounds wide = widened(swept);
  (ahead.x < 0 ? wide.lower.x : wide.upper.x) += ahead.x;
  (ahead.y < 0 ? wide.lower.y : wide.upper.y) += ahead.y;
  body.bounds = wide;
  body.hasNewBounds = true;
}

} // namespace rigid
