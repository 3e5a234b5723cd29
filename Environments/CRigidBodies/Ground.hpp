// The ground: blocks and edges that do not move. Its pieces are numbered, the blocks first.

#ifndef CRIGIDBODIES_GROUND_HPP
#define CRIGIDBODIES_GROUND_HPP

#include "Body.hpp"

namespace rigid {

inline bool isBlock(const CRigidWorld &world, int32_t piece) { return piece < world.blockCount; }

/// The edge that a piece is if it is no block.
inline const CRigidEdge &edgeOfPiece(const CRigidWorld &world, int32_t piece) {
  return world.edges[piece - world.blockCount];
}

inline const CRigidBounds &boundsOfPiece(const CRigidWorld &world, int32_t piece) {
  return isBlock(world, piece) ? world.blocks[piece].bounds : edgeOfPiece(world, piece).bounds;
}

inline float frictionOfPiece(const CRigidWorld &world, int32_t piece) {
  return isBlock(world, piece) ? world.blocks[piece].friction : edgeOfPiece(world, piece).friction;
}

/// How far a ray gets before it meets the ground, as a fraction of its way; 1 if it meets none.
float castRay(const CRigidWorld &world, Vector start, Vector end);

} // namespace rigid

#endif
