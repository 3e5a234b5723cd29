import RandomNumbers

/// The lander: a hull on two legs that a motor spreads.
struct LunarLanderVehicle {
  /// The corners of the hull in its own coordinates, in m.
  static let hullCorners: [SIMD2<Float>] = [
    [-14, 17], [-17, 0], [-17, -10], [17, -10], [17, 0], [14, 17],
  ].map { (corner: SIMD2<Double>) in SIMD2<Float>(corner / 30) }

  /// Half the width and half the height of a leg, in m.
  static let legHalfSize = SIMD2<Float>(SIMD2<Double>(2, 8) / 30)

  let hull: Body

  /// The right and the left leg, in the order in which they are made and observed.
  let legs: (right: Body, left: Body)

  /// The push, in N, that the hull gets in the first step.
  let initialForce: SIMD2<Double>

  /// Puts a lander at the top of the world and draws its initial push.
  init(in world: World, using generator: inout PCG64) {
    let start = SIMD2(LunarLanderTerrain.width / 2, LunarLanderTerrain.height)
    hull = world.addDynamicBody(at: SIMD2(start))
    hull.addPolygon(
      Self.hullCorners,
      material: Material(density: 5, friction: 0.1, category: 0x0010, mask: 0x0001))
    let x = generator.uniform(-1000, 1000)
    let y = generator.uniform(-1000, 1000)
    initialForce = [x, y]
    hull.applyForceToCenter(SIMD2(initialForce))
    legs = (
      right: Self.addLeg(to: hull, at: start, side: 1, limits: (0.9 - 0.5)...0.9),
      left: Self.addLeg(to: hull, at: start, side: -1, limits: -0.9...(-0.9 + 0.5))
    )
  }

  /// Adds a leg. It starts all but upright, outside the joint's limits, and then spreads.
  ///
  /// - Parameters:
  ///   - hull: The body that the leg belongs to.
  ///   - start: Where the hull is.
  ///   - side: 1 for the right leg, −1 for the left one.
  ///   - limits: The angles that the joint may take, in rad.
  private static func addLeg(
    to hull: Body, at start: SIMD2<Double>, side: Double, limits: ClosedRange<Double>
  ) -> Body {
    let leg = hull.world.addDynamicBody(
      at: [Float(start.x + side * 20 / 30), Float(start.y)], angle: Float(side * -0.05))
    leg.addBox(
      halfWidth: legHalfSize.x, halfHeight: legHalfSize.y,
      material: Material(density: 1, category: 0x0020, mask: 0x0001))
    _ = hull.world.addRevoluteJoint(
      between: hull, at: .zero, and: leg, at: SIMD2(SIMD2<Double>(side * -20, 18) / 30),
      referenceAngle: Float(side * -0.05),
      limits: Float(limits.lowerBound)...Float(limits.upperBound),
      motor: RevoluteJoint.Motor(speed: Float(side * -0.3), maximumTorque: 40))
    return leg
  }

  /// Whether the hull has ever touched the ground.
  var hullHasTouched: Bool { hull.contacts.begun > 0 }

  /// Whether the latest event of the right leg was a touch-down. A leg that leaves one of two slopes
  /// reads as up, as it does in Gymnasium.
  var rightLegIsDown: Bool { legs.right.contacts.latestHasBegun }

  /// The same for the left leg.
  var leftLegIsDown: Bool { legs.left.contacts.latestHasBegun }
}
