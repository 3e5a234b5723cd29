import RandomNumbers

/// The walker: a hull on two legs of two parts each, with motors in hips and knees.
enum BipedalWalkerVehicle {
  /// The corners of the hull in its own coordinates, in m.
  static let hullCorners: [SIMD2<Float>] = [
    [-30, 9], [6, 9], [34, 1], [34, -8], [-30, -8],
  ].map { (corner: SIMD2<Double>) in SIMD2<Float>(corner / 30) }

  private static let legWidth = 8 / 30.0
  private static let legHeight = 34 / 30.0

  /// Where the hips are below the hull's origin, in m, negative.
  private static let hipHeight = -8 / 30.0

  /// Half the width and half the height of the upper and of the lower part of a leg, in m.
  static let upperHalfSize = SIMD2(Float(legWidth / 2), Float(legHeight / 2))
  static let lowerHalfSize = SIMD2(Float(0.8 * legWidth / 2), Float(legHeight / 2))

  /// The indices of the bodies in the world, in the order in which they are observed.
  static let hull = 0
  static let upperLegs = [1, 3]
  static let lowerLegs = [2, 4]

  /// The greatest torque of a motor, in N m.
  static let greatestTorque: Float = 80

  /// The greatest speeds of the joints, in rad/s, in the order of the actions: hip and knee of the
  /// first leg, then of the second one.
  static let greatestSpeeds: [Float] = [4, 6, 4, 6]

  /// A world without ground in which a walker stands at the start.
  static let world: RigidWorld = {
    var world = RigidWorld(gravity: [0, -10])
    let x = BipedalWalkerTerrain.step * Double(BipedalWalkerTerrain.levelCount) / 2
    let y = BipedalWalkerTerrain.levelHeight + 2 * legHeight
    _ = world.addBody(
      at: [Float(x), Float(y)], shape: .hull(hullCorners), density: 5, friction: 0.1)
    for side in [-1.0, 1] { addLeg(to: &world, at: x, below: y, side: side) }
    return world
  }()

  /// Adds a leg, slightly turned.
  ///
  /// - Parameters:
  ///   - world: The world with the hull.
  ///   - x: The horizontal place of the hull, in m.
  ///   - y: The height of the hull, in m.
  ///   - side: −1 for the first leg, which swings to the left, 1 for the second one.
  private static func addLeg(
    to world: inout RigidWorld, at x: Double, below y: Double, side: Double
  ) {
    let angle = Float(side * 0.05)
    let upper = world.addBody(
      at: [Float(x), Float(y - legHeight / 2 - hipHeight)], angle: angle,
      shape: .box(upperHalfSize), density: 1, friction: 0.2)
    world.addJoint(
      between: hull, at: [0, Float(hipHeight)], and: upper, at: [0, Float(legHeight / 2)],
      referenceAngle: angle, limits: -0.8...1.1,
      motor: RevoluteJoint.Motor(speed: Float(side), maximumTorque: greatestTorque))
    let lower = world.addBody(
      at: [Float(x), Float(y - legHeight * 3 / 2 - hipHeight)], angle: angle,
      shape: .box(lowerHalfSize), density: 1, friction: 0.2)
    world.addJoint(
      between: upper, at: [0, Float(-legHeight / 2)], and: lower, at: [0, Float(legHeight / 2)],
      referenceAngle: 0, limits: -1.6 ... -0.1,
      motor: RevoluteJoint.Motor(speed: 1, maximumTorque: greatestTorque))
  }
}
