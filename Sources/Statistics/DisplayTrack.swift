/// The values of a run as a screen shows them: not more than it has room for, and their moving mean.
public struct DisplayTrack: Sendable {
  /// The points; of very many, the lowest and the highest of each stretch.
  public let x, y: [Double]
  /// The mean of so many values up to each point; `nil` where values are too few for it to say more.
  public let mean: (x: [Double], y: [Double])?

  /// Prepares the values.
  ///
  /// - Parameters:
  ///   - x: Where they were measured.
  ///   - y: The values; those that are not finite are gaps.
  ///   - window: How many values a mean has.
  ///   - limit: The number of points that are kept at most, 4 or more.
  /// - Precondition: There are as many places as values.
  public init(x: [Double], y: [Double], window: Int, limit: Int) {
    precondition(x.count == y.count, "\(x.count) places for \(y.count) values")
    precondition(limit >= 4 && window >= 1, "cannot keep \(limit) points or average over \(window)")
    let there = y.indices.filter { y[$0].isFinite && x[$0].isFinite }
    // Measured now and then: the rows between are no gaps.
    let isSparse = there.count * 4 < y.count * 3
    let indices = isSparse ? there : y.indices.filter { x[$0].isFinite }
    let kept = Self.kept(of: indices, y, limit)
    self.x = kept.map { x[$0] }
    self.y = kept.map { y[$0] }
    guard window > 1, there.count > 2 * window else {
      mean = nil
      return
    }
    let means = movingMean(there.map { y[$0] }, window: window)
    let stride = max(1, (there.count + limit / 2 - 1) / (limit / 2))
    let shown = there.indices.filter { ($0 + 1).isMultiple(of: stride) || $0 == there.count - 1 }
    mean = (shown.map { x[there[$0]] }, shown.map { means[$0] })
  }

  /// All, or the lowest and the highest of as many stretches as there is room for.
  private static func kept(of indices: [Int], _ y: [Double], _ limit: Int) -> [Int] {
    guard indices.count > limit else { return indices }
    let count = limit / 2
    return (0..<count).flatMap { stretch in
      let range = (stretch * indices.count / count)..<((stretch + 1) * indices.count / count)
      let finite = indices[range].filter { y[$0].isFinite }
      guard let low = finite.min(by: { y[$0] < y[$1] }),
        let high = finite.max(by: { y[$0] < y[$1] })
      else { return [indices[range.lowerBound]] }
      return low == high ? [low] : [min(low, high), max(low, high)]
    }
  }
}
