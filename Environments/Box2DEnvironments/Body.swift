import CBox2D

/// A rigid body in a `World`, which it keeps alive.
public struct Body {
  let world: World
  let pointer: OpaquePointer

  // MARK: Shapes

  /// Adds a line segment that collides on both sides. It has no mass.
  ///
  /// - Parameters:
  ///   - start: One end, in the body's own coordinates.
  ///   - end: The other end.
  ///   - material: Its surface and what it collides with.
  public func addEdge(from start: SIMD2<Float>, to end: SIMD2<Float>, material: Material) {
    cbox2d_body_add_edge(
      pointer, CBox2DVector(start), CBox2DVector(end), CBox2DMaterial(material))
  }

  /// Adds a convex polygon.
  ///
  /// - Parameters:
  ///   - corners: From 3 to 8 points in the body's own coordinates, in any order, no three of them
  ///     on a line; the shape is their convex hull.
  ///   - material: Its mass, its surface and what it collides with.
  public func addPolygon(_ corners: [SIMD2<Float>], material: Material) {
    precondition(
      (3...8).contains(corners.count), "A polygon has from 3 to 8 corners; got \(corners.count).")
    cbox2d_body_add_polygon(
      pointer, corners.map { CBox2DVector($0) }, Int32(corners.count), CBox2DMaterial(material))
  }

  /// Adds a rectangle centred on the body's origin.
  ///
  /// - Parameters:
  ///   - halfWidth: Half its width, in m.
  ///   - halfHeight: Half its height, in m.
  ///   - material: Its mass, its surface and what it collides with.
  public func addBox(halfWidth: Float, halfHeight: Float, material: Material) {
    precondition(
      halfWidth > 0 && halfHeight > 0,
      "A box needs a positive size; got half sizes \(halfWidth) and \(halfHeight).")
    cbox2d_body_add_box(pointer, halfWidth, halfHeight, CBox2DMaterial(material))
  }

  // MARK: State

  /// Where the body is and how it moves.
  public var state: BodyState {
    let state = cbox2d_body_state(pointer)
    return BodyState(
      position: SIMD2(state.position), angle: state.angle, velocity: SIMD2(state.velocity),
      angularVelocity: state.angularVelocity)
  }

  /// Where a point of the body's own coordinates is in the world.
  public func worldPoint(of point: SIMD2<Float>) -> SIMD2<Float> {
    SIMD2(cbox2d_body_world_point(pointer, CBox2DVector(point)))
  }

  /// The mass, in kg.
  public var mass: Float { cbox2d_body_mass_data(pointer).mass }

  /// The rotational inertia about the origin, in kg m².
  public var inertia: Float { cbox2d_body_mass_data(pointer).inertia }

  /// The centre of mass in the body's own coordinates.
  public var centerOfMass: SIMD2<Float> { SIMD2(cbox2d_body_mass_data(pointer).center) }

  /// Whether the body is simulated; false for one that came to rest and sleeps.
  public var isAwake: Bool { cbox2d_body_is_awake(pointer) }

  /// The contacts that the body has entered and left so far.
  public var contacts: Contacts {
    let contacts = cbox2d_body_contacts(pointer)
    return Contacts(
      begun: Int(contacts.begun), ended: Int(contacts.ended),
      latestHasBegun: contacts.latestHasBegun)
  }

  // MARK: Forces

  /// Adds a force at the centre of mass for the next step, in N, and wakes the body.
  public func applyForceToCenter(_ force: SIMD2<Float>) {
    cbox2d_body_apply_force_to_center(pointer, CBox2DVector(force))
  }
}

/// Where a body is and how it moves.
public struct BodyState: Sendable, Equatable {
  /// The body's origin in the world, in m.
  public var position: SIMD2<Float>

  /// The rotation about the origin, in rad, not wrapped.
  public var angle: Float

  /// The velocity of the centre of mass, in m/s.
  public var velocity: SIMD2<Float>

  /// The angular velocity, in rad/s.
  public var angularVelocity: Float
}

/// The contacts that a body has entered and left since it was added to its world.
public struct Contacts: Sendable, Equatable {
  /// How many have begun.
  public var begun: Int

  /// How many have ended.
  public var ended: Int

  /// Whether the latest event was a beginning; false before the first.
  ///
  /// This is how Gymnasium's environments see ground contact. It is not the same as touching
  /// something: a body that leaves one of two contacts reads false.
  public var latestHasBegun: Bool

  /// How many other shapes the body touches.
  public var current: Int { begun - ended }
}
