import RandomNumbers

/// Where a figure may lie, given how much the values vary that it was computed from.
public struct ConfidenceInterval: Sendable, Equatable {
  public let lower: Double
  public let upper: Double

  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// The confidence interval of a mean by the percentile bootstrap: the quantiles of the means of
/// samples drawn, with replacement, from the values themselves.
///
/// It assumes no shape of the distribution, but below some ten values it is too narrow. Equal
/// arguments give equal intervals.
///
/// Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3.
///
/// - Parameters:
///   - values: Independent values; fewer than two, or one that is not finite, give NaN for both ends.
///   - level: The probability that the interval is to cover the mean, between 0 and 1.
///   - resamples: How many samples are drawn, one at least.
///   - seed: Decides the samples: their indices are NumPy's
///     `default_rng(seed).integers(0, n, size=(resamples, n))`.
public func bootstrapInterval(
  ofMeanOf values: [Double], level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
) -> ConfidenceInterval {
  precondition(
    level > 0 && level < 1 && resamples > 0,
    "bootstrapInterval: a level of \(level) from \(resamples) samples is no interval")
  guard values.count > 1, values.allSatisfy(\.isFinite) else {
    return ConfidenceInterval(lower: .nan, upper: .nan)
  }
  var generator = PCG64(seed: seed)
  let means = (0..<resamples).map { _ in
    var sum = 0.0
    for _ in values.indices { sum += values[generator.integers(0, values.count)] }
    return sum / Double(values.count)
  }
  .sorted()
  let tail = (1 - level) / 2
  return ConfidenceInterval(
    lower: quantile(tail, ofSorted: means), upper: quantile(1 - tail, ofSorted: means))
}
