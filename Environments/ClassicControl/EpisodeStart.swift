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
}
