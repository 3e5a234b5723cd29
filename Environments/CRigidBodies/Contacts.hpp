// Which bodies and pieces of the ground meet, and where.

#ifndef CRIGIDBODIES_CONTACTS_HPP
#define CRIGIDBODIES_CONTACTS_HPP

#include "Ground.hpp"

namespace rigid {

/// Adds a contact for every pair whose bounds have come to overlap.
void findContacts(CRigidWorld &world);

/// Drops the contacts whose bounds no longer overlap and updates the others. Bodies that sleep keep
/// theirs as they are.
void updateContacts(CRigidWorld &world);

/// Finds out where a body and a piece of the ground touch now. Points that were there before keep
/// their impulses.
void update(CRigidWorld &world, CRigidContact &contact);

/// Finds the points where a polygon touches an edge; writes all geometric fields of the contact.
void collide(
    CRigidContact &contact, const CRigidEdge &edge, const CRigidPolygon &polygon,
    const Transform &transform);

/// The same for a polygon and a fixed one.
void collide(
    CRigidContact &contact, const CRigidPolygon &block, const CRigidPolygon &polygon,
    const Transform &transform);

} // namespace rigid

#endif
