/// How a quantity develops in the runs of an algorithm: its median over the runs, and the quartiles.
public struct LearningCurve: Sendable, Equatable {
  /// The quantity in a single run.
  public struct Track: Sendable, Equatable {
    /// Where it was measured, counted in episodes or steps: ascending.
    public let positions: [Int]
    /// What was measured there.
    public let values: [Double]

    /// What was measured at some positions, as many values as positions.
    public init(positions: [Int], values: [Double]) {
      precondition(
        positions.count == values.count,
        "LearningCurve: \(values.count) values at \(positions.count) positions")
      (self.positions, self.values) = (positions, values)
    }
  }

  /// The positions on the horizontal axis.
  public let x: [Double]
  /// The median of the tracks at each of them, and the quartiles.
  public let median, lowerQuartile, upperQuartile: [Double]

  /// Summarises the tracks at some positions.
  ///
  /// - Parameters:
  ///   - tracks: A track for each run.
  ///   - grid: Positions, ascending. Only those count that all tracks reach, and at each of them what
  ///     a track has measured last; otherwise the runs that go on longest would make the curve.
  public init(_ tracks: [Track], at grid: [Int]) {
    let first = tracks.map { $0.positions.first ?? .max }.max() ?? .max
    let last = tracks.map { $0.positions.last ?? .min }.min() ?? .min
    let grid = grid.filter { first <= $0 && $0 <= last }
    let columns = tracks.map { track in
      var index = 0
      return grid.map { position in
        while index + 1 < track.positions.count, track.positions[index + 1] <= position {
          index += 1
        }
        return track.values[index]
      }
    }
    let samples = grid.indices.map { index in columns.map { $0[index] } }
    x = grid.map(Double.init)
    median = samples.map { quantile(0.5, of: $0) }
    lowerQuartile = samples.map { quantile(0.25, of: $0) }
    upperQuartile = samples.map { quantile(0.75, of: $0) }
  }
}
