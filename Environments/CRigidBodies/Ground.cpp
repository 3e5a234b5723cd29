#include "Ground.hpp"

namespace rigid {

/// A ray of which only the part up to what it has met so far counts.
struct Ray {
  Vector start, way;
  float fraction = 1;

  Ray(Vector start, Vector end) : start(start), way(end - start) {}

  void meet(const CRigidEdge &edge) {
    const Vector along = edge.end - edge.start;
    const Vector right = clockwise(along);
    const Vector normal = (1.0f / std::sqrt(dot(right, right))) * right;
    const float speed = dot(normal, way);
    if (speed == 0.0f) return;
    const float found = dot(normal, edge.start - start) / speed;
    if (found < 0.0f || fraction < found) return;
    const Vector point = start + found * way;
    const float share = dot(point - edge.start, along) / dot(along, along);
    if (share < 0.0f || 1.0f < share) return;
    fraction = found;
  }

  void meet(const CRigidPolygon &polygon) {
    float enter = 0, leave = fraction;
    bool enters = false;
    for (int32_t i = 0; i < polygon.count; ++i) {
      const float distance = dot(polygon.normals[i], polygon.corners[i] - start);
      const float speed = dot(polygon.normals[i], way);
      if (speed == 0.0f) {
        // Along a side: outside it, the ray misses.
        if (distance < 0.0f) return;
      } else if (speed < 0.0f && distance < enter * speed) {
        enter = distance / speed;
        enters = true;
      } else if (speed > 0.0f && distance < leave * speed) {
        leave = distance / speed;
      }
      if (leave < enter) return;
    }
    if (enters) fraction = enter;
  }
};

float castRay(const CRigidWorld &world, Vector start, Vector end) {
  // The margins of the bounds are far greater than any rounding, so that nothing is missed.
  const CRigidBounds around = bounds(start, end);
  Ray ray(start, end);
  for (int32_t i = 0; i < world.blockCount; ++i) {
    if (overlap(world.blocks[i].bounds, around)) ray.meet(world.blocks[i].shape);
  }
  for (int32_t i = 0; i < world.edgeCount; ++i) {
    if (overlap(world.edges[i].bounds, around)) ray.meet(world.edges[i]);
  }
  return ray.fraction;
}

} // namespace rigid
