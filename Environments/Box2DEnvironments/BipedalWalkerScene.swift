import RandomNumbers

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  /// The ray of the lidar that is shown, from the hull to what it meets; `nil` where none is. One
  /// after the other they sweep ahead and back, and rest then.
  public let ray: (start: SIMD2<Double>, end: SIMD2<Double>)?

  /// The clouds, each of five corners, as they stand at the start; they move half as fast as the
  /// ground. None in an episode that was taken up from a state.
  public let clouds: [[SIMD2<Double>]]

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
    let phase = simulation.stepCount % 100
    let start = SIMD2<Double>(hull.state.position)
    ray =
      phase < 20
      ? (start, simulation.reach(ofRay: phase < 10 ? phase : 19 - phase, from: start)) : nil
    clouds = simulation.cloudGenerator.map(Self.clouds(using:)) ?? []
  }

  /// Draws the clouds as Gymnasium does, with eleven numbers each.
  private static func clouds(using generator: PCG64) -> [[SIMD2<Double>]] {
    var generator = generator
    let step = BipedalWalkerTerrain.step
    return (0..<10).map { _ in
      let x = generator.uniform(0, 200) * step
      return (0..<5).map { corner in
        let angle = 3.14 * 2 * Double(corner) / 5
        let right = generator.uniform(0, 5 * step)
        let up = generator.uniform(0, 5 * step)
        return [x + 15 * step * sin(angle) + right, 10 + 5 * step * cos(angle) + up]
      }
    }
  }
}
