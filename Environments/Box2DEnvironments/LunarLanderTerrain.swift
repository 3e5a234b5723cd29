import RandomNumbers

/// The ground of one episode: ten slopes with a flat helipad in the middle.
public struct LunarLanderTerrain: Sendable, Equatable {
  /// The width of the world, in m.
  static let width = 600.0 / 30.0

  /// The height of the part of the world that is in view, in m.
  static let height = 400.0 / 30.0

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
    let count = 11
    var heights = (0...count).map { _ in generator.uniform(0, Self.height / 2) }
    let helipadHeight = Self.height / 4
    for index in 3...7 { heights[index] = helipadHeight }
    let positions = (0..<count).map { Self.width / Double(count - 1) * Double($0) }
    points = (0..<count).map { index in
      // The first corner's left neighbour is the twelfth height.
      let left = heights[index == 0 ? count : index - 1]
      return SIMD2(positions[index], 0.33 * (left + heights[index] + heights[index + 1]))
    }
    helipad = positions[4]...positions[6]
    self.helipadHeight = helipadHeight
  }

  /// Adds the ground to a world: a floor and ten slopes, each an edge of its own.
  func addGround(to world: inout RigidWorld) {
    world.addEdge(from: .zero, to: [Float(Self.width), 0], friction: 0.2)
    for (left, right) in zip(points, points.dropFirst()) {
      world.addEdge(from: SIMD2(left), to: SIMD2(right), friction: 0.1)
    }
  }
}
