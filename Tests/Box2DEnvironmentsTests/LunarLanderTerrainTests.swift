import RandomNumbers
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderTerrainTests {
  /// The heights from the draws themselves: row index and its two neighbours, the first of which
  /// wraps round to the twelfth draw.
  @Test(arguments: 0..<20) func pointsFollowFromTheDraws(seed: UInt64) {
    var draws = PCG64(seed: seed)
    let drawn = (0..<12).map { _ in 400.0 / 30 / 2 * draws.random() }
    let pad = 400.0 / 30 / 4
    let levels = Array(drawn[0..<3]) + Array(repeating: pad, count: 5) + Array(drawn[8..<12])
    let wrapped = [drawn[11]] + levels

    var generator = PCG64(seed: seed)
    let terrain = LunarLanderTerrain(using: &generator)
    #expect(generator == draws)
    #expect(terrain.points.map(\.x) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
    for index in 0..<11 {
      let sum = wrapped[index] + wrapped[index + 1] + wrapped[index + 2]
      #expect(terrain.points[index].y == 0.33 * sum)
    }
    #expect(terrain.helipad == 8...12)
    #expect(terrain.helipadHeight == pad)
  }

  @Test func helipadIsFlatAndJustBelowItsNominalHeight() {
    var generator = PCG64(seed: 1)
    let terrain = LunarLanderTerrain(using: &generator)
    let heights = Set(terrain.points[4...6].map(\.y))
    #expect(heights.count == 1)
    #expect(abs((heights.first ?? 0) / terrain.helipadHeight - 0.99) < 1e-12)
  }

  @Test func groundLiesWhereThePointsAre() {
    var generator = PCG64(seed: 7)
    let terrain = LunarLanderTerrain(using: &generator)
    var world = RigidWorld(gravity: [0, -10])
    terrain.addGround(to: &world)
    // A ball that is a small square comes to rest where it has fallen on the helipad.
    let ball = world.addBody(at: [10, 5], shape: .box([0.1, 0.1]), density: 1, friction: 0.2)
    for _ in 0..<200 {
      world.step(duration: 0.02, velocityIterations: 10, positionIterations: 10)
    }
    let height = Float(terrain.points[5].y)
    #expect(!world.isAwake(ball))
    #expect(abs(world.state(of: ball).position.y - height - 0.1) < 0.03)
    #expect(world.contacts(of: ball).current == 2)
  }
}
