// What is taken from Box2D 2.4: shapes, clipping, the time of impact and the constants.

#ifndef CRIGIDBODIES_BOX2D_HPP
#define CRIGIDBODIES_BOX2D_HPP

#include "Vector.hpp"

#if !__has_include(<box2d/b2_time_of_impact.h>)
#error "CRigidBodies needs Box2D 2.4; on Debian and Ubuntu: apt install libbox2d-dev"
#endif

#include <box2d/b2_collision.h>
#include <box2d/b2_polygon_shape.h>
#include <box2d/b2_time_of_impact.h>

namespace rigid {

inline b2Vec2 box2d(Vector v) { return b2Vec2(v.x, v.y); }

inline Vector vector(b2Vec2 v) { return {v.x, v.y}; }

} // namespace rigid

#endif
