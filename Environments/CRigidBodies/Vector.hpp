// Arithmetic on vectors and transforms, in the order of operations that Box2D uses.
//
// Every file here includes this one first: a multiplication and an addition fused into one rounding
// would change trajectories, and the pragmas cover whatever comes after them.

#ifndef CRIGIDBODIES_VECTOR_HPP
#define CRIGIDBODIES_VECTOR_HPP

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#include "CRigidBodies.h"

#include <cmath>

namespace rigid {

using Vector = CRigidVector;
using Transform = CRigidTransform;

inline Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y}; }

inline Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y}; }

inline Vector operator-(Vector a) { return {-a.x, -a.y}; }

inline Vector operator*(float s, Vector a) { return {s * a.x, s * a.y}; }

inline void operator+=(Vector &a, Vector b) { a = a + b; }

inline void operator-=(Vector &a, Vector b) { a = a - b; }

inline float dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y; }

inline float cross(Vector a, Vector b) { return a.x * b.y - a.y * b.x; }

/// The cross product with a vector that points out of the plane.
inline Vector cross(float s, Vector a) { return {-s * a.y, s * a.x}; }

inline float smaller(float a, float b) { return a < b ? a : b; }

inline float larger(float a, float b) { return a > b ? a : b; }

inline float clamped(float a, float low, float high) { return larger(low, smaller(a, high)); }

/// The direction 90° clockwise of another one.
inline Vector clockwise(Vector a) { return {a.y, -a.x}; }

/// Applies only the rotation of a transform.
inline Vector rotate(const Transform &t, Vector a) {
  return {t.cosine * a.x - t.sine * a.y, t.sine * a.x + t.cosine * a.y};
}

inline Vector apply(const Transform &t, Vector a) {
  return {
      (t.cosine * a.x - t.sine * a.y) + t.position.x,
      (t.sine * a.x + t.cosine * a.y) + t.position.y};
}

inline Vector applyInverse(const Transform &t, Vector a) {
  const float x = a.x - t.position.x, y = a.y - t.position.y;
  return {t.cosine * x + t.sine * y, -t.sine * x + t.cosine * y};
}

/// Undoes the rotation of a transform.
inline Vector rotateInverse(const Transform &t, Vector a) {
  return {t.cosine * a.x + t.sine * a.y, -t.sine * a.x + t.cosine * a.y};
}

/// The transform of what has not been moved.
constexpr Transform unmoved = {{0, 0}, 0, 1};

/// The transform of a body whose centre of mass and angle are known.
inline Transform placed(Vector center, float angle, Vector localCenter) {
  Transform t = {{0, 0}, std::sin(angle), std::cos(angle)};
  t.position = center - rotate(t, localCenter);
  return t;
}

} // namespace rigid

#endif
