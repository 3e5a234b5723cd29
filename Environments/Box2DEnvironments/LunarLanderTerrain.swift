import RandomNumbers

/// The ground of one episode: ten slopes with a flat helipad in the middle.
public struct LunarLanderTerrain: Sendable, Equatable {
  /// The width of the world, in m.
  static let width = 600.0 / 30.0

  /// The height of the part of the world that is in view, in m.
  static let height = 400.0 / 30.0

  /// How many corners the ground has.
  private static let cornerCount = 11

  /// The corners of the ground from left to right, in m.
  public let points: [SIMD2<Double>]

  /// From the helipad's left to its right end, in m.
  public let helipad: ClosedRange<Double>

  /// The height that altitude is measured from, in m. The ground under the helipad is one hundredth
  /// lower, since smoothing multiplies by 0.33 and not by a third.
  public let helipadHeight: Double

  /// Draws a terrain: twelve uniform heights, of which the five in the middle give way to the
  /// helipad; each corner is the mean of three neighbours.
  init(using generator: inout PCG64) {
    let count = Self.cornerCount
    var heights = (0...count).map { _ in generator.uniform(0, Self.height / 2) }
    for index in 3...7 { heights[index] = Self.height / 4 }
    self.init(
      smoothed: (0..<count).map { index in
        // The first corner's left neighbour is the twelfth height.
        let left = heights[index == 0 ? count : index - 1]
        return 0.33 * (left + heights[index] + heights[index + 1])
      })
  }

  /// Makes the terrain whose corners have these heights, in m; `nil` unless there are eleven, none
  /// of them infinite or NaN.
  init?(heights: [Double]) {
    guard heights.count == Self.cornerCount, heights.allSatisfy(\.isFinite) else { return nil }
    self.init(smoothed: heights)
  }

  private init(smoothed heights: [Double]) {
    points = heights.enumerated().map { index, height in
      SIMD2(Self.width / Double(Self.cornerCount - 1) * Double(index), height)
    }
    helipad = points[4].x...points[6].x
    helipadHeight = Self.height / 4
  }

  /// Adds the ground to a world: a floor and ten slopes, each an edge of its own.
  func addGround(to world: inout RigidWorld) {
    world.addEdge(from: .zero, to: [Float(Self.width), 0], friction: 0.2)
    for (left, right) in zip(points, points.dropFirst()) {
      world.addEdge(from: SIMD2(left), to: SIMD2(right), friction: 0.1)
    }
  }
}
