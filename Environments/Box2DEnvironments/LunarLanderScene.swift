/// What there is to see in an episode of LunarLander, in metres.
///
/// The view is 20 m wide and 13⅓ m high, with the origin at its lower left corner.
public struct LunarLanderScene: Sendable {
  /// The size of the view.
  public static let size = SIMD2(LunarLanderTerrain.width, LunarLanderTerrain.height)

  /// The ground.
  public let terrain: LunarLanderTerrain

  /// The hull.
  public let hull: Part

  /// The right and the left leg, in the order of the observation.
  public let legs: [Part]

  /// What the engines have blown out and still glows, the oldest first.
  public let exhaust: [Puff]

  /// Something that an engine has blown out.
  public struct Puff: Sendable, Equatable {
    /// Where it is, be it under the ground.
    public let position: SIMD2<Double>

    /// How bright it glows, from 1 when it is new down to 0.
    public let glow: Double
  }

  /// A body of the lander.
  public struct Part: Sendable {
    /// Where the body is and how it moves.
    public let state: BodyState

    /// The corners of its shape in the world, in order.
    public let outline: [SIMD2<Float>]

    init(_ body: Int, of world: RigidWorld, corners: [SIMD2<Float>]) {
      state = world.state(of: body)
      outline = corners.map { world.worldPoint(of: $0, on: body) }
    }
  }

  init(_ simulation: LunarLanderSimulation) {
    let half = LunarLanderVehicle.legHalfSize
    let corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map { (sign: SIMD2<Float>) in half * sign }
    terrain = simulation.terrain
    let world = simulation.world
    hull = Part(LunarLanderVehicle.hull, of: world, corners: LunarLanderVehicle.hullCorners)
    legs = [LunarLanderVehicle.rightLeg, LunarLanderVehicle.leftLeg].map {
      Part($0, of: world, corners: corners)
    }
    exhaust = simulation.exhaust.puffs
  }
}
