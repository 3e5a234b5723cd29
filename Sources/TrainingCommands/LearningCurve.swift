import ReinforcementLearning

/// How a quantity develops in the runs of an algorithm: its median over the runs, and the quartiles.
struct LearningCurve: Equatable {
  /// The quantity in a single run.
  struct Track: Equatable {
    /// Where it was measured, counted in episodes or steps: ascending.
    let positions: [Int]
    /// What was measured there.
    let values: [Double]
  }

  /// The positions on the horizontal axis.
  let x: [Double]
  let median, lowerQuartile, upperQuartile: [Double]

  /// Summarises the tracks at some positions.
  ///
  /// - Parameters:
  ///   - tracks: A track for each run.
  ///   - grid: Positions, ascending. Only those count that all tracks reach, and at each of them what
  ///     a track has measured last; otherwise the runs that go on longest would make the curve.
  init(_ tracks: [Track], at grid: [Int]) {
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
