import RandomNumbers
import ReinforcementLearning

extension Environment {
  /// The bounds that a start is drawn from, where the options `low` and `high` may replace them.
  func startBounds(
    in options: [String: Double], low: Double, high: Double
  ) -> (low: Double, high: Double) {
    let low = options["low"] ?? low
    let high = options["high"] ?? high
    precondition(
      low <= high && (high - low).isFinite, "The start cannot be drawn from \(low)...\(high).")
    return (low, high)
  }

  /// The generator of an episode: a new one where there is a seed or was none yet, otherwise the
  /// one that there was.
  func startGenerator(seed: UInt64?, continuing generator: PCG64?) -> PCG64 {
    seed.map { PCG64(seed: $0) } ?? generator ?? PCG64(seed: UInt64.random(in: 0 ... .max))
  }
}
