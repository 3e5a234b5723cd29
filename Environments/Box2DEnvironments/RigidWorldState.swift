import CRigidBodies

extension RigidWorld {
  /// What changes in a world while it is simulated, as plain numbers: all that a world with the same
  /// ground, bodies and joints needs to go on with the same bits.
  struct State: Codable, Sendable, Hashable {
    /// Places, velocities, sleep timers and bounding boxes of the bodies; impulses of the joints;
    /// points and impulses of the contacts.
    var numbers: [Float] = []

    /// Counters and flags of the bodies; limits of the joints; which contacts there are, in order,
    /// and what touches in them.
    var integers: [Int32] = []
  }

  /// What changes while the world is simulated, apart from the forces, which every step clears.
  var state: State {
    read { world in
      var reader = StateReader()
      visitState(of: world, &reader)
      return reader.state
    }
  }

  /// Sets what changes while the world is simulated.
  ///
  /// - Parameter state: The state of a world with the same ground, bodies and joints.
  /// - Returns: Whether the state fits this world. If it does not, nothing changes.
  mutating func restore(_ state: State) -> Bool {
    var copy = self
    var writer = StateWriter(state)
    let world = copy.uniquePointer()
    visitState(of: world, &writer)
    guard state.numbers.allSatisfy(\.isFinite), writer.isComplete, isValid(world) else {
      return false
    }
    for body in 0..<world.pointee.bodyCount { crigid_world_place_body(world, body) }
    self = copy
    return true
  }
}

/// Something that goes through the numbers of a state in order, to read or to write them.
private protocol StateVisitor {
  mutating func visit(_ number: inout Float)
  mutating func visit(_ integer: inout Int32)
}

extension StateVisitor {
  mutating func visit(_ vector: inout CRigidVector) {
    visit(&vector.x)
    visit(&vector.y)
  }

  mutating func visit(_ flag: inout Bool) {
    var integer: Int32 = flag ? 1 : 0
    visit(&integer)
    flag = integer != 0
  }
}

private struct StateReader: StateVisitor {
  var state = RigidWorld.State()

  mutating func visit(_ number: inout Float) { state.numbers.append(number) }

  mutating func visit(_ integer: inout Int32) { state.integers.append(integer) }
}

/// Writes a state; what is missing reads as 0.
private struct StateWriter: StateVisitor {
  private let state: RigidWorld.State
  private var (numberIndex, integerIndex) = (0, 0)

  init(_ state: RigidWorld.State) {
    self.state = state
  }

  /// Whether there were as many numbers as were asked for.
  var isComplete: Bool {
    numberIndex == state.numbers.count && integerIndex == state.integers.count
  }

  mutating func visit(_ number: inout Float) {
    number = numberIndex < state.numbers.count ? state.numbers[numberIndex] : 0
    numberIndex += 1
  }

  mutating func visit(_ integer: inout Int32) {
    integer = integerIndex < state.integers.count ? state.integers[integerIndex] : 0
    integerIndex += 1
  }
}

/// Goes through all that changes in a world. What follows from it, such as the transforms, and what
/// only counts within a step is left out.
private func visitState(
  of world: UnsafeMutablePointer<CRigidWorld>, _ visitor: inout some StateVisitor
) {
  for index in 0..<world.pointee.bodyCount {
    visit(&crigid_world_body(world, index).pointee, with: &visitor)
  }
  for index in 0..<world.pointee.jointCount {
    visit(&crigid_world_joint(world, index).pointee, with: &visitor)
  }
  visitor.visit(&world.pointee.contactCount)
  // A count from outside must not lead beyond the memory.
  let count = min(max(world.pointee.contactCount, 0), Int32(CRIGID_CONTACT_CAPACITY))
  for index in 0..<count {
    visit(crigid_world_contact(world, index), of: world, with: &visitor)
  }
}

private func visit(_ body: inout CRigidBody, with visitor: inout some StateVisitor) {
  visitor.visit(&body.center)
  visitor.visit(&body.angle)
  visitor.visit(&body.velocity)
  visitor.visit(&body.angularVelocity)
  visitor.visit(&body.sleepTime)
  visitor.visit(&body.isAwake)
  visitor.visit(&body.bounds.lower)
  visitor.visit(&body.bounds.upper)
  visitor.visit(&body.hasNewBounds)
  visitor.visit(&body.contacts.begun)
  visitor.visit(&body.contacts.ended)
  visitor.visit(&body.contacts.latestHasBegun)
}

private func visit(_ joint: inout CRigidJoint, with visitor: inout some StateVisitor) {
  var limit = Int32(bitPattern: joint.limit.rawValue)
  visitor.visit(&limit)
  joint.limit = CRigidLimit(UInt32(bitPattern: limit))
  visitor.visit(&joint.impulse)
  visitor.visit(&joint.limitImpulse)
  visitor.visit(&joint.motorImpulse)
}

private func visit(
  _ contact: UnsafeMutablePointer<CRigidContact>, of world: UnsafeMutablePointer<CRigidWorld>,
  with visitor: inout some StateVisitor
) {
  visitor.visit(&contact.pointee.body)
  visitor.visit(&contact.pointee.piece)
  visitor.visit(&contact.pointee.friction)
  visitor.visit(&contact.pointee.isTouching)
  visitor.visit(&contact.pointee.isEnabled)
  visitor.visit(&contact.pointee.isBodyReference)
  visitor.visit(&contact.pointee.localNormal)
  visitor.visit(&contact.pointee.localPoint)
  visitor.visit(&contact.pointee.pointCount)
  for index in 0..<min(max(contact.pointee.pointCount, 0), 2) {
    let point = crigid_contact_point(contact, index)
    visitor.visit(&point.pointee.localPoint)
    visitor.visit(&point.pointee.normalImpulse)
    visitor.visit(&point.pointee.tangentImpulse)
    var feature = Int32(bitPattern: point.pointee.feature)
    visitor.visit(&feature)
    point.pointee.feature = UInt32(bitPattern: feature)
  }
}

/// Whether all indices and counts lie within their ranges, and every pair has one contact at most.
private func isValid(_ world: UnsafeMutablePointer<CRigidWorld>) -> Bool {
  guard (0...Int32(CRIGID_CONTACT_CAPACITY)).contains(world.pointee.contactCount) else {
    return false
  }
  for index in 0..<world.pointee.jointCount
  where crigid_world_joint(world, index).pointee.limit.rawValue > CRIGID_LIMIT_UPPER.rawValue {
    return false
  }
  let pieceCount = world.pointee.blockCount + world.pointee.edgeCount
  var pairs: Set<SIMD2<Int32>> = []
  return (0..<world.pointee.contactCount).allSatisfy { index in
    let contact = crigid_world_contact(world, index).pointee
    return (0..<world.pointee.bodyCount).contains(contact.body)
      && (0..<pieceCount).contains(contact.piece)
      && (0...2).contains(contact.pointCount)
      && contact.isTouching == (contact.pointCount > 0)
      && pairs.insert([contact.body, contact.piece]).inserted
  }
}
