import RandomNumbers

/// The lander: a hull on two legs that a motor spreads.
enum LunarLanderVehicle {
  /// The corners of the hull in its own coordinates, in m.
  static let hullCorners: [SIMD2<Float>] = [
    [-14, 17], [-17, 0], [-17, -10], [17, -10], [17, 0], [14, 17],
  ].map { (corner: SIMD2<Double>) in SIMD2<Float>(corner / 30) }

  /// Half the width and half the height of a leg, in m.
  static let legHalfSize = SIMD2<Float>(SIMD2<Double>(2, 8) / 30)

  /// The indices of the bodies in the world. The right leg comes first, as it is observed.
  static let hull = 0
  static let rightLeg = 1
  static let leftLeg = 2

  /// A world without ground and gravity in which a lander stands at the top.
  static let world: RigidWorld = {
    var world = RigidWorld(gravity: .zero)
    let start = SIMD2(LunarLanderTerrain.width / 2, LunarLanderTerrain.height)
    _ = world.addBody(at: SIMD2(start), shape: .hull(hullCorners), density: 5, friction: 0.1)
    addLeg(to: &world, at: start, side: 1, limits: (0.9 - 0.5)...0.9)
    addLeg(to: &world, at: start, side: -1, limits: -0.9...(-0.9 + 0.5))
    return world
  }()

  /// Adds a leg. It starts all but upright, outside the joint's limits, and then spreads.
  ///
  /// - Parameters:
  ///   - world: The world with the hull.
  ///   - start: Where the hull is.
  ///   - side: 1 for the right leg, −1 for the left one.
  ///   - limits: The angles that the joint may take, in rad.
  private static func addLeg(
    to world: inout RigidWorld, at start: SIMD2<Double>, side: Double, limits: ClosedRange<Double>
  ) {
    let leg = world.addBody(
      at: [Float(start.x + side * 20 / 30), Float(start.y)], angle: Float(side * -0.05),
      shape: .box(legHalfSize), density: 1, friction: 0.2)
    world.addJoint(
      between: hull, at: .zero, and: leg, at: SIMD2(SIMD2<Double>(side * -20, 18) / 30),
      referenceAngle: Float(side * -0.05),
      limits: Float(limits.lowerBound)...Float(limits.upperBound),
      motor: RevoluteJoint.Motor(speed: Float(side * -0.3), maximumTorque: 40))
  }

  /// Draws the push, in N, that the hull gets in the first step.
  static func initialForce(using generator: inout PCG64) -> SIMD2<Double> {
    let x = generator.uniform(-1000, 1000)
    let y = generator.uniform(-1000, 1000)
    return [x, y]
  }
}
