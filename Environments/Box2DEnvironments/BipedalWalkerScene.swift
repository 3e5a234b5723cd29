/// What there is to see in an episode of BipedalWalker, in metres.
///
/// Gymnasium's view is 20 m wide and 13⅓ m high, and has the hull a fifth of the width from its
/// left side.
public struct BipedalWalkerScene: Sendable {
  /// The ground.
  public let terrain: BipedalWalkerTerrain

  /// The hull.
  public let hull: Part

  /// The upper and the lower part of the first leg, then those of the second one.
  public let legs: [Part]

  /// A body of the walker.
  public typealias Part = LunarLanderScene.Part

  init(_ simulation: BipedalWalkerSimulation) {
    terrain = simulation.terrain
    let world = simulation.world
    func leg(_ body: Int, _ half: SIMD2<Float>) -> Part {
      let signs: [SIMD2<Float>] = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
      return Part(body, of: world, corners: signs.map { half * $0 })
    }
    hull = Part(
      BipedalWalkerVehicle.hull, of: world, corners: BipedalWalkerVehicle.hullCorners)
    legs = zip(BipedalWalkerVehicle.upperLegs, BipedalWalkerVehicle.lowerLegs).flatMap {
      [
        leg($0, BipedalWalkerVehicle.upperHalfSize), leg($1, BipedalWalkerVehicle.lowerHalfSize),
      ]
    }
  }
}
