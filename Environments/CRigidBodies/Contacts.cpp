#include "Contacts.hpp"

namespace rigid {

/// Whether a pair has a contact already.
static bool hasContact(const CRigidWorld &world, int32_t body, int32_t piece) {
  for (int32_t i = 0; i < world.contactCount; ++i) {
    if (world.contacts[i].body == body && world.contacts[i].piece == piece) return true;
  }
  return false;
}

static bool boundsOverlap(const CRigidWorld &world, int32_t body, int32_t piece) {
  return overlap(world.bodies[body].bounds, boundsOfPiece(world, piece));
}

/// Takes note that a contact has begun or ended.
static void count(CRigidBody &body, bool hasBegun) {
  (hasBegun ? body.contacts.begun : body.contacts.ended) += 1;
  body.contacts.latestHasBegun = hasBegun;
}

void findContacts(CRigidWorld &world) {
  bool isNeeded = false;
  for (int32_t i = 0; i < world.bodyCount; ++i) isNeeded |= world.bodies[i].hasNewBounds;
  if (!isNeeded) return;

  // Pieces outside, bodies inside: the order in which 2.3 sorts its pairs.
  const int32_t pieceCount = world.blockCount + world.edgeCount;
  for (int32_t piece = 0; piece < pieceCount; ++piece) {
    for (int32_t body = 0; body < world.bodyCount; ++body) {
      if (!world.bodies[body].hasNewBounds || !boundsOverlap(world, body, piece)) continue;
      if (hasContact(world, body, piece)) continue;
      if (world.contactCount == CRIGID_CONTACT_CAPACITY) continue;
      CRigidContact contact = {};
      contact.body = body;
      contact.piece = piece;
      contact.friction = std::sqrt(frictionOfPiece(world, piece) * world.bodies[body].friction);
      contact.isEnabled = true;
      world.contacts[world.contactCount++] = contact;
    }
  }
  for (int32_t i = 0; i < world.bodyCount; ++i) world.bodies[i].hasNewBounds = false;
}

/// Removes a contact and keeps the order of the others.
static void removeContact(CRigidWorld &world, int32_t index) {
  CRigidBody &body = world.bodies[world.contacts[index].body];
  if (world.contacts[index].isTouching) count(body, false);
  if (world.contacts[index].pointCount > 0) wake(body);
  world.contactCount -= 1;
  for (int32_t i = index; i < world.contactCount; ++i) world.contacts[i] = world.contacts[i + 1];
}

void updateContacts(CRigidWorld &world) {
  // From the newest to the oldest, so that the order of events is that of 2.3.
  for (int32_t i = world.contactCount - 1; i >= 0; --i) {
    CRigidContact &contact = world.contacts[i];
    if (!world.bodies[contact.body].isAwake) continue;
    if (boundsOverlap(world, contact.body, contact.piece)) {
      update(world, contact);
    } else {
      removeContact(world, i);
    }
  }
}

void update(CRigidWorld &world, CRigidContact &contact) {
  const CRigidContact before = contact;
  CRigidBody &body = world.bodies[contact.body];
  if (isBlock(world, contact.piece)) {
    collide(contact, world.blocks[contact.piece].shape, body.shape, body.transform);
  } else {
    collide(contact, edgeOfPiece(world, contact.piece), body.shape, body.transform);
  }
  contact.isEnabled = true;
  contact.isTouching = contact.pointCount > 0;

  for (int32_t i = 0; i < contact.pointCount; ++i) {
    CRigidContactPoint &point = contact.points[i];
    point.normalImpulse = point.tangentImpulse = 0;
    for (int32_t j = 0; j < before.pointCount; ++j) {
      if (before.points[j].feature != point.feature) continue;
      point.normalImpulse = before.points[j].normalImpulse;
      point.tangentImpulse = before.points[j].tangentImpulse;
      break;
    }
  }
  if (contact.isTouching == before.isTouching) return;
  wake(body);
  count(body, contact.isTouching);
}

} // namespace rigid
