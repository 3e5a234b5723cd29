import RandomNumbers

/// The ground of one episode of BipedalWalker: 199 slopes and, in the hardcore version, stumps,
/// stairs and pits.
public struct BipedalWalkerTerrain: Sendable, Equatable {
  /// The distance between two corners of the ground, in m.
  static let step = 14 / 30.0

  /// How many corners the ground has.
  static let cornerCount = 200

  /// The height of the level ground, in m.
  static let levelHeight = 400 / 30.0 / 4

  /// How many corners from the left on are level.
  static let levelCount = 20

  private static let friction: Float = 2.5

  /// The corners of the ground from left to right, in m.
  public let points: [SIMD2<Double>]

  /// The rectangles that stand or lie on the ground, in the order in which they were built.
  public let blocks: [Block]

  /// A rectangle along the axes.
  public struct Block: Sendable, Equatable {
    /// From its left to its right side, in m.
    public let horizontal: ClosedRange<Double>

    /// From its lower to its upper side, in m.
    public let vertical: ClosedRange<Double>
  }

  /// Draws a terrain.
  init(hardcore: Bool, using generator: inout PCG64) {
    var builder = BipedalWalkerTerrainBuilder(hardcore: hardcore)
    for index in 0..<Self.cornerCount { builder.addCorner(index, using: &generator) }
    self.init(builtHeights: builder.heights, blocks: builder.blocks)
  }

  /// Makes the terrain with these heights of the corners, in m, and these blocks; `nil` unless
  /// there are 200 heights, none of them infinite or NaN, and room for the blocks.
  init?(heights: [Double], blocks: [Block]) {
    guard heights.count == Self.cornerCount, heights.allSatisfy(\.isFinite),
      blocks.count <= RigidWorld.blockCapacity, blocks.allSatisfy(\.isSolid)
    else { return nil }
    self.init(builtHeights: heights, blocks: blocks)
  }

  private init(builtHeights heights: [Double], blocks: [Block]) {
    points = heights.enumerated().map { index, height in
      SIMD2(Double(index) * Self.step, height)
    }
    self.blocks = blocks
  }

  /// Adds the ground to a world: the blocks, and an edge between each two corners.
  func addGround(to world: inout RigidWorld) {
    for block in blocks { world.addBlock(.hull(block.corners), friction: Self.friction) }
    for (left, right) in zip(points, points.dropFirst()) {
      world.addEdge(from: SIMD2(left), to: SIMD2(right), friction: Self.friction)
    }
  }
}

extension BipedalWalkerTerrain.Block {
  /// The corners in anticlockwise order, in m.
  var corners: [SIMD2<Float>] {
    let (left, right) = (Float(horizontal.lowerBound), Float(horizontal.upperBound))
    let (bottom, top) = (Float(vertical.lowerBound), Float(vertical.upperBound))
    return [[right, bottom], [right, top], [left, top], [left, bottom]]
  }

  /// Whether the sides have finite lengths that are not all but 0.
  fileprivate var isSolid: Bool {
    [horizontal, vertical].allSatisfy { side in
      side.lowerBound > -1e6 && side.upperBound < 1e6
        && side.upperBound - side.lowerBound > 0.1
    }
  }
}
