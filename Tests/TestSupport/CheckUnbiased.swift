import GradientEstimators
import Statistics
import Testing

/// Compares the mean of samples with the exact expectation and records an issue if they differ by
/// more than chance explains.
///
/// - Parameters:
///   - samples: The samples' moments.
///   - exact: The expectation, coordinate by coordinate.
///   - familyWiseError: The probability, over all coordinates together, of an issue where there is
///     none (Bonferroni); every coordinate may be off by the same number of standard errors.
public func checkUnbiased(
  _ samples: SampleMoments, exact: [Double], familyWiseError: Double = 1e-3,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let bias = describeBias(of: samples, exact: exact, familyWiseError: familyWiseError) {
    Issue.record("\(bias)", sourceLocation: sourceLocation)
  }
}

/// What `checkUnbiased` records, or `nil` where the mean fits.
public func describeBias(
  of samples: SampleMoments, exact: [Double], familyWiseError: Double = 1e-3
) -> String? {
  let scores = samples.zScores(against: exact)
  let limit = zScoreLimit(coordinates: exact.count, familyWiseError: familyWiseError)
  // Not the opposite comparison: NaN must count as wrong.
  guard let wrong = scores.indices.first(where: { !(abs(scores[$0]) <= limit) }) else {
    return nil
  }
  return """
    biased: coordinate \(wrong) of \(scores.count) has the mean \(samples.mean[wrong]) over \
    \(samples.count) samples instead of \(exact[wrong]); z-scores \(scores), limit \(limit)
    """
}
