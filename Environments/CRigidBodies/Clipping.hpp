// What the collisions with edges and with blocks have in common.

#ifndef CRIGIDBODIES_CLIPPING_HPP
#define CRIGIDBODIES_CLIPPING_HPP

#include "Contacts.hpp"

#include "Box2D.hpp"

namespace rigid {

/// Two shapes touch when their skins do.
constexpr float touchingDistance = 2.0f * b2_polygonRadius;

/// Whether the body's side is a clearly better reference than the ground's, which is used
/// otherwise.
inline bool isClearlyBetter(float ofBody, float ofGround) {
  return ofBody > 0.98f * ofGround + 0.001f;
}

/// The corner after another one.
inline int32_t following(int32_t corner, int32_t count) {
  return corner + 1 < count ? corner + 1 : 0;
}

/// A number for the pair of features that meet in a point.
inline uint32_t feature(const b2ContactFeature &f, bool isSwapped) {
  const uint32_t a = f.indexA | uint32_t(f.typeA) << 8;
  const uint32_t b = f.indexB | uint32_t(f.typeB) << 8;
  return isSwapped ? b | a << 16 : a | b << 16;
}

} // namespace rigid

#endif
