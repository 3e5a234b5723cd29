import CBox2D

/// A two-dimensional world of rigid bodies, simulated by Box2D 2.4.
///
/// The world owns its bodies and joints; handles to them keep it alive. A simulation that starts
/// over makes a new world: what Box2D caches between steps would otherwise leak from one episode
/// into the next.
///
/// Units are metres, kilograms, seconds and radians. Angles grow anticlockwise. The same calls in
/// the same order give the same trajectory, to the bit, on one machine.
///
/// ```swift
/// let world = World(gravity: [0, -9.8])
/// let ball = world.addDynamicBody(at: [0, 10])
/// ball.addBox(halfWidth: 0.5, halfHeight: 0.5, material: Material(density: 1))
/// world.step(duration: 0.02, velocityIterations: 8, positionIterations: 3)
/// ```
public final class World {
  let pointer: OpaquePointer

  /// Creates an empty world.
  ///
  /// - Parameter gravity: The acceleration of free fall, in m/s².
  public init(gravity: SIMD2<Float>) {
    pointer = cbox2d_world_create(CBox2DVector(gravity))
  }

  deinit {
    cbox2d_world_destroy(pointer)
  }

  /// Lets time pass, then clears the forces.
  ///
  /// - Parameters:
  ///   - duration: The time, in s.
  ///   - velocityIterations: How often the solver goes over all contacts and joints to correct the
  ///     velocities.
  ///   - positionIterations: How often it does so, at most, to correct the positions.
  public func step(duration: Float, velocityIterations: Int32, positionIterations: Int32) {
    cbox2d_world_step(pointer, duration, velocityIterations, positionIterations)
  }

  /// Adds a body that never moves.
  ///
  /// - Parameters:
  ///   - position: Where its origin is.
  ///   - angle: Its rotation, in rad.
  public func addStaticBody(at position: SIMD2<Float>, angle: Float = 0) -> Body {
    Body(
      world: self,
      pointer: cbox2d_world_add_static_body(pointer, CBox2DVector(position), angle))
  }

  /// Adds a body that forces and contacts move. It starts awake and at rest.
  ///
  /// - Parameters:
  ///   - position: Where its origin is.
  ///   - angle: Its rotation, in rad.
  public func addDynamicBody(at position: SIMD2<Float>, angle: Float = 0) -> Body {
    Body(
      world: self,
      pointer: cbox2d_world_add_dynamic_body(pointer, CBox2DVector(position), angle))
  }

  /// Finds the first shape on the way between two points.
  ///
  /// - Parameters:
  ///   - start: Where the ray starts. A shape around this point is not hit.
  ///   - end: Where it ends; must differ from `start`.
  ///   - mask: The categories of the shapes that can be hit.
  /// - Returns: What was hit, or `nil` if nothing was.
  public func castRay(
    from start: SIMD2<Float>, to end: SIMD2<Float>, mask: UInt16 = .max
  ) -> RayHit? {
    precondition(start != end, "A ray must have a length; it starts and ends at \(start).")
    var hit = CBox2DRayHit()
    guard
      cbox2d_world_cast_ray(pointer, CBox2DVector(start), CBox2DVector(end), mask, &hit)
    else { return nil }
    return RayHit(
      point: SIMD2(hit.point), normal: SIMD2(hit.normal), fraction: hit.fraction)
  }
}

/// What a ray hit first.
public struct RayHit: Sendable, Equatable {
  /// Where the ray hit, in the world.
  public var point: SIMD2<Float>

  /// The normal of the surface there, of length 1.
  public var normal: SIMD2<Float>

  /// The share of the way from the start to the end, from 0 to 1.
  public var fraction: Float
}

extension CBox2DVector {
  init(_ vector: SIMD2<Float>) {
    self.init(x: vector.x, y: vector.y)
  }
}

extension SIMD2<Float> {
  init(_ vector: CBox2DVector) {
    self.init(vector.x, vector.y)
  }
}
