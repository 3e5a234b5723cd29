import RandomNumbers

/// By how much one series of values exceeds another that was measured under the same conditions,
/// value by value: two algorithms with the same seeds.
///
/// What a seed does to both drops out of the differences, which makes them more certain than the
/// difference of two separate means.
public struct PairedComparison: Sendable {
  /// The mean of the differences.
  public let meanDifference: Double
  /// Its standard error; NaN of a single pair.
  public let standardError: Double
  /// Its 95 % confidence interval by the bootstrap; NaN of a single pair.
  public let interval: ConfidenceInterval
  /// How probable a mean difference at least as large in either direction is if the two series do
  /// not differ; see `signFlipPValue`.
  public let pValue: Double

  /// Compares two series.
  ///
  /// - Parameters:
  ///   - values: One series, not empty.
  ///   - base: What it is compared with, of the same length and in the same order.
  ///   - seed: Decides the draws of the bootstrap and of the test.
  public init(of values: [Double], to base: [Double], seed: UInt64 = 0) {
    precondition(
      values.count == base.count && !values.isEmpty,
      "PairedComparison: \(values.count) values cannot be paired with \(base.count)")
    let differences = zip(values, base).map { $0 - $1 }
    meanDifference = mean(differences)
    standardError = Statistics.standardError(differences)
    interval = bootstrapInterval(ofMeanOf: differences, seed: seed)
    pValue = signFlipPValue(differences, seed: seed)
  }
}

/// The two-sided p-value of the hypothesis that differences are distributed symmetrically about zero,
/// by the paired permutation test: how many ways of flipping their signs make a mean at least as far
/// from zero as theirs.
///
/// Up to 16 differences all ways are counted and the value is exact. Beyond that, random ones are
/// drawn, and the differences themselves count as one of them, without which the test would reject
/// too often.
///
/// Sources: R. A. Fisher, "The Design of Experiments" (1935), section 21; B. Phipson and G. K. Smyth,
/// "Permutation P-values Should Never Be Zero" (2010).
///
/// - Parameters:
///   - differences: One for each pair, not empty; one that is not finite gives NaN.
///   - flips: How many random ways are drawn where not all are counted.
///   - seed: Decides them.
public func signFlipPValue(
  _ differences: [Double], flips: Int = 100_000, seed: UInt64 = 0
) -> Double {
  precondition(
    !differences.isEmpty && flips > 0,
    "signFlipPValue: \(differences.count) differences and \(flips) flips are no test")
  guard differences.allSatisfy(\.isFinite) else { return .nan }
  // Sums of the same numbers in another order may differ in their last digits and still are equal.
  let total = differences.reduce(0) { $0 + abs($1) }
  let threshold = abs(differences.reduce(0, +)) - 1e-12 * total

  /// Whether the sum is as extreme when the signs are flipped whose bits are set.
  func isExtreme(_ nextBits: () -> UInt64) -> Bool {
    var sum = 0.0
    var bits: UInt64 = 0
    for (index, difference) in differences.enumerated() {
      if index % 64 == 0 { bits = nextBits() }
      sum += bits & 1 == 0 ? difference : -difference
      bits >>= 1
    }
    return abs(sum) >= threshold
  }

  if differences.count <= 16 {
    let ways = 1 << differences.count
    let extreme = (0..<ways).count { way in isExtreme { UInt64(way) } }
    return Double(extreme) / Double(ways)
  }
  var generator = PCG64(seed: seed)
  let extreme = (0..<flips).count { _ in isExtreme { generator.next() } }
  return Double(extreme + 1) / Double(flips + 1)
}
