import CRigidBodies

/// A two-dimensional world of rigid bodies that rounds like Box2D 2.3, as a value.
///
/// It holds a ground of fixed blocks and edges, bodies of one convex polygon each that collide with
/// the ground and not with each other, and revolute joints with a motor and limits. Unlike a
/// `World`, it is a value: a copy goes on by itself, from the same place, with the same bits.
/// Copying costs nothing until one of the two changes, and some hundred nanoseconds then, more where
/// the ground has many pieces.
///
/// Units are metres, kilograms, seconds and radians. Angles grow anticlockwise.
struct RigidWorld: Sendable {
  private var storage: Storage

  /// The memory of a world. Only `RigidWorld` sees it, which copies it before it changes one that
  /// it shares.
  private final class Storage: @unchecked Sendable {
    let pointer = UnsafeMutablePointer<CRigidWorld>.allocate(capacity: 1)

    init(_ world: UnsafePointer<CRigidWorld>) {
      crigid_world_copy(pointer, world)
    }

    init(gravity: SIMD2<Float>) {
      crigid_world_initialize(pointer, CRigidVector(gravity))
    }

    deinit {
      pointer.deallocate()
    }
  }

  /// Creates an empty world.
  ///
  /// - Parameter gravity: The acceleration of free fall, in m/s².
  init(gravity: SIMD2<Float>) {
    storage = Storage(gravity: gravity)
  }

  /// Calls a function with the world's memory, to read it.
  func read<Result>(_ body: (UnsafeMutablePointer<CRigidWorld>) -> Result) -> Result {
    withExtendedLifetime(storage) { body(storage.pointer) }
  }

  /// The world's memory, to change it. It is valid until the world is copied or destroyed.
  mutating func uniquePointer() -> UnsafeMutablePointer<CRigidWorld> {
    if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.pointer) }
    return storage.pointer
  }

  // MARK: Making

  /// The shape of a body, in its own coordinates.
  enum Shape {
    /// The convex hull of from 3 to 8 points.
    case hull([SIMD2<Float>])

    /// A rectangle centred on the origin, by half its width and half its height.
    case box(SIMD2<Float>)

    fileprivate var polygon: CRigidPolygon {
      switch self {
      case .hull(let corners):
        precondition(
          (3...Int(CRIGID_CORNER_CAPACITY)).contains(corners.count),
          "A polygon has from 3 to 8 corners; got \(corners.count).")
        return crigid_polygon_make_hull(corners.map { CRigidVector($0) }, Int32(corners.count))
      case .box(let halfSize):
        return crigid_polygon_make_box(halfSize.x, halfSize.y)
      }
    }
  }

  /// The acceleration of free fall, in m/s².
  var gravity: SIMD2<Float> {
    get { read { SIMD2($0.pointee.gravity) } }
    set { uniquePointer().pointee.gravity = CRigidVector(newValue) }
  }

  /// How many blocks there is room for.
  static let blockCapacity = Int(CRIGID_BLOCK_CAPACITY)

  /// Adds a fixed convex polygon. Blocks come before edges in the order of contacts.
  mutating func addBlock(_ shape: Shape, friction: Float) {
    let world = uniquePointer()
    precondition(
      Int(world.pointee.blockCount) < Self.blockCapacity,
      "There is no room for more blocks.")
    crigid_world_add_block(world, shape.polygon, friction)
  }

  /// Adds a fixed line segment that collides on both sides.
  mutating func addEdge(from start: SIMD2<Float>, to end: SIMD2<Float>, friction: Float) {
    let world = uniquePointer()
    precondition(
      Int(world.pointee.edgeCount) < Int(CRIGID_EDGE_CAPACITY), "There is no room for more edges.")
    crigid_world_add_edge(world, CRigidVector(start), CRigidVector(end), friction)
  }

  /// Adds a body, awake and at rest.
  ///
  /// - Parameters:
  ///   - position: Where its origin is.
  ///   - angle: Its rotation, in rad.
  ///   - shape: Its shape.
  ///   - density: Its mass per area, in kg/m².
  ///   - friction: Its coefficient of friction; a contact uses the geometric mean of two.
  /// - Returns: The index of the body.
  mutating func addBody(
    at position: SIMD2<Float>, angle: Float = 0, shape: Shape, density: Float, friction: Float
  ) -> Int {
    let world = uniquePointer()
    precondition(
      Int(world.pointee.bodyCount) < Int(CRIGID_BODY_CAPACITY), "There is no room for more bodies.")
    return Int(
      crigid_world_add_body(
        world, CRigidVector(position), angle, shape.polygon, density, friction))
  }

  /// Joins two bodies at a point.
  ///
  /// - Parameters:
  ///   - first: The index of one body.
  ///   - firstAnchor: The common point in its own coordinates.
  ///   - second: The index of another body.
  ///   - secondAnchor: The common point in that one's coordinates.
  ///   - referenceAngle: The difference of the bodies' angles that counts as 0, in rad.
  ///   - limits: The smallest and the largest angle of the joint, in rad.
  ///   - motor: The motor that drives the joint.
  mutating func addJoint(
    between first: Int, at firstAnchor: SIMD2<Float>, and second: Int,
    at secondAnchor: SIMD2<Float>, referenceAngle: Float, limits: ClosedRange<Float>,
    motor: RevoluteJoint.Motor
  ) {
    let world = uniquePointer()
    precondition(
      Int(world.pointee.jointCount) < Int(CRIGID_JOINT_CAPACITY),
      "There is no room for more joints.")
    precondition(first != second, "A joint needs two different bodies.")
    var joint = CRigidJoint()
    joint.first = Int32(first)
    joint.second = Int32(second)
    joint.firstAnchor = CRigidVector(firstAnchor)
    joint.secondAnchor = CRigidVector(secondAnchor)
    joint.referenceAngle = referenceAngle
    joint.lowerAngle = limits.lowerBound
    joint.upperAngle = limits.upperBound
    joint.motorSpeed = motor.speed
    joint.maximumMotorTorque = motor.maximumTorque
    crigid_world_add_joint(world, joint)
  }

  // MARK: Moving

  /// How long a step of Gymnasium's environments takes, in s, how often the solver goes over all
  /// joints and contacts to correct the velocities in it, and how often it does so, at most, to
  /// correct the positions.
  enum Pace {
    static let duration: Float = 0.02
    static let velocityIterations: Int32 = 180
    static let positionIterations: Int32 = 60
  }

  /// Lets time pass at that pace, then clears the forces.
  mutating func step() {
    step(
      duration: Pace.duration, velocityIterations: Pace.velocityIterations,
      positionIterations: Pace.positionIterations)
  }

  /// Lets time pass, then clears the forces.
  ///
  /// - Parameters:
  ///   - duration: The time, in s.
  ///   - velocityIterations: How often the solver goes over all joints and contacts to correct the
  ///     velocities.
  ///   - positionIterations: How often it does so, at most, to correct the positions.
  mutating func step(duration: Float, velocityIterations: Int32, positionIterations: Int32) {
    crigid_world_step(uniquePointer(), duration, velocityIterations, positionIterations)
  }

  /// Changes what the motor of a joint does, and wakes both bodies.
  mutating func drive(joint: Int, _ motor: RevoluteJoint.Motor) {
    crigid_world_drive_joint(uniquePointer(), Int32(joint), motor.speed, motor.maximumTorque)
  }

  /// Adds a force, in N, and a torque, in N m, at a body's centre of mass for the next step, and
  /// wakes the body.
  mutating func applyForce(_ force: SIMD2<Float>, torque: Float = 0, to body: Int) {
    crigid_world_apply_force(uniquePointer(), Int32(body), CRigidVector(force), torque)
  }

  /// Changes a body's velocities at once by an impulse, in N s, at a point of the world, and wakes
  /// the body.
  mutating func applyImpulse(_ impulse: SIMD2<Float>, at point: SIMD2<Float>, to body: Int) {
    crigid_world_apply_impulse(
      uniquePointer(), Int32(body), CRigidVector(impulse), CRigidVector(point))
  }

  // MARK: Looking

  /// Where a body is and how it moves.
  func state(of body: Int) -> BodyState {
    read {
      let body = crigid_world_body($0, Int32(body))
      return BodyState(
        position: SIMD2(body.pointee.transform.position), angle: body.pointee.angle,
        velocity: SIMD2(body.pointee.velocity), angularVelocity: body.pointee.angularVelocity)
    }
  }

  /// How far a ray gets from one point to a different one before it meets the ground, as a fraction
  /// of the way; 1 if it meets none. It does not see blocks that it starts in.
  func castRay(from start: SIMD2<Float>, to end: SIMD2<Float>) -> Float {
    read { crigid_world_cast_ray($0, CRigidVector(start), CRigidVector(end)) }
  }

  /// Where a point of a body's own coordinates is in the world.
  func worldPoint(of point: SIMD2<Float>, on body: Int) -> SIMD2<Float> {
    read {
      let transform = crigid_world_body($0, Int32(body)).pointee.transform
      let (sine, cosine) = (transform.sine, transform.cosine)
      return SIMD2(transform.position)
        + SIMD2(cosine * point.x - sine * point.y, sine * point.x + cosine * point.y)
    }
  }

  /// The angle of a joint, in rad, and the rate at which it changes, in rad/s.
  func state(ofJoint joint: Int) -> (angle: Float, speed: Float) {
    read {
      let joint = crigid_world_joint($0, Int32(joint)).pointee
      let first = crigid_world_body($0, joint.first).pointee
      let second = crigid_world_body($0, joint.second).pointee
      return (
        second.angle - first.angle - joint.referenceAngle,
        second.angularVelocity - first.angularVelocity
      )
    }
  }

  /// A body's mass, in kg.
  func mass(of body: Int) -> Float {
    read { crigid_world_body($0, Int32(body)).pointee.mass }
  }

  /// A body's rotational inertia about its origin, in kg m².
  func inertia(of body: Int) -> Float {
    read {
      let body = crigid_world_body($0, Int32(body))
      let center = SIMD2(body.pointee.localCenter)
      return body.pointee.inertia + body.pointee.mass * (center * center).sum()
    }
  }

  /// Whether a body is simulated; false for one that came to rest and sleeps.
  func isAwake(_ body: Int) -> Bool {
    read { crigid_world_body($0, Int32(body)).pointee.isAwake }
  }

  /// The contacts that a body has entered and left so far.
  func contacts(of body: Int) -> Contacts {
    read {
      let contacts = crigid_world_body($0, Int32(body)).pointee.contacts
      return Contacts(
        begun: Int(contacts.begun), ended: Int(contacts.ended),
        latestHasBegun: contacts.latestHasBegun)
    }
  }
}

extension CRigidVector {
  init(_ vector: SIMD2<Float>) {
    self.init(x: vector.x, y: vector.y)
  }
}

extension SIMD2<Float> {
  init(_ vector: CRigidVector) {
    self.init(vector.x, vector.y)
  }
}
