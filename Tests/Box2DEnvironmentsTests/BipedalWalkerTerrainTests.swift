import RandomNumbers
import Testing

@testable import Box2DEnvironments

@Suite struct BipedalWalkerTerrainTests {
  private let step = 14 / 30.0

  @Test func groundBeginsLevelAndRollsOn() {
    var generator = PCG64(seed: 3)
    let terrain = BipedalWalkerTerrain(hardcore: false, using: &generator)
    #expect(terrain.points.count == 200 && terrain.blocks.isEmpty)
    #expect(terrain.points.map(\.x) == (0..<200).map { Double($0) * step })
    #expect(Set(terrain.points[..<20].map(\.y)) == [400 / 30.0 / 4])
    #expect(Set(terrain.points.map(\.y)).count > 100)
  }

  /// Stretches of grass take one draw for their length, and each corner after the first two of the
  /// first stretch one for its slope.
  @Test func drawsAreGymnasiums() {
    var (generator, draws) = (PCG64(seed: 8), PCG64(seed: 8))
    _ = BipedalWalkerTerrain(hardcore: false, using: &generator)
    // The twentieth corner ends the level stretch; the first corner of each stretch draws no slope.
    var (index, remaining) = (20, draws.integers(5, 10))
    while index < 200 {
      for corner in 0..<remaining where index + corner < 200 {
        if corner > 0 && index + corner > 20 { _ = draws.uniform(-1, 1) }
      }
      index += remaining
      if index <= 200 { remaining = draws.integers(5, 10) }
    }
    #expect(generator == draws)
  }

  /// Ten seeds have obstacles of all kinds, where their blocks belong.
  @Test func obstaclesAreOfAllKinds() {
    var (stumps, walls, stairs) = (0, 0, 0)
    for seed in UInt64(0)..<10 {
      var generator = PCG64(seed: seed)
      let terrain = BipedalWalkerTerrain(hardcore: true, using: &generator)
      for block in terrain.blocks {
        let width = block.horizontal.upperBound - block.horizontal.lowerBound
        let height = block.vertical.upperBound - block.vertical.lowerBound
        let size = SIMD2(Int((width / step).rounded()), Int((height / step).rounded()))
        switch size {
        case [1, 4]: walls += 1
        case [4, 1]: stairs += 1
        case [1, 1], [2, 2]: stumps += 1
        default: Issue.record("seed \(seed): a block of \(size) steps")
        }
        #expect(block.horizontal.lowerBound > 20 * step - 1e-9)
      }
    }
    #expect(stumps > 10 && stairs > 30 && walls > 20 && walls % 2 == 0)
  }

  @Test func everyTerrainFitsIntoAWorld() {
    for seed in UInt64(0)..<200 {
      var generator = PCG64(seed: seed)
      let terrain = BipedalWalkerTerrain(hardcore: true, using: &generator)
      #expect(terrain.blocks.count <= RigidWorld.blockCapacity)
      let heights = terrain.points.map(\.y)
      #expect(BipedalWalkerTerrain(heights: heights, blocks: terrain.blocks) == terrain)
    }
  }
}
