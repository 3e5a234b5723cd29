import Statistics

/// What a comparison of an estimator's mean with the gradient has found.
public struct UnbiasednessReport: Sendable {
  /// One coordinate of the gradient.
  public struct Coordinate: Sendable {
    /// The mean of the estimates, and its standard error.
    public let mean: Double
    public let standardError: Double
    /// The gradient, and its standard error: 0 where it was enumerated.
    public let exact: Double
    public let exactError: Double
    /// How many standard errors the mean lies above the gradient.
    public let zScore: Double
  }

  /// The coordinates of the gradient.
  public let coordinates: [Coordinate]
  /// How many estimates were averaged.
  public let sampleCount: Int
  /// Whether the gradient was enumerated, and not estimated itself.
  public let isEnumerated: Bool
  /// The size of z that a coordinate of an unbiased estimator exceeds by chance with the
  /// family-wise error's probability, over all coordinates together (Bonferroni).
  public let limit: Double

  /// - Parameters:
  ///   - samples: The estimates.
  ///   - exact: The gradient.
  ///   - exactErrors: Its standard errors, where it is an estimate itself.
  ///   - objectiveSize: The size of f, whose rounding reaches every coordinate.
  ///   - familyWiseError: The error that is allowed.
  init(
    samples: SampleMoments, exact: [Double], exactErrors: [Double]?, objectiveSize: Double,
    familyWiseError: Double
  ) {
    let errors = samples.standardErrors
    // A coordinate is a sum in which larger terms cancel: its rounding has the size of the others'
    // and of f.
    let rounding =
      0x1p-20 * exact.reduce(objectiveSize * objectiveSize) { $0 + $1 * $1 }.squareRoot()
    let scores = samples.zScores(
      against: exact,
      errors: exactErrors.map { $0.map { ($0 * $0 + rounding * rounding).squareRoot() } }
        ?? exact.map { _ in rounding })
    coordinates = exact.indices.map { i in
      Coordinate(
        mean: samples.mean[i], standardError: errors[i], exact: exact[i],
        exactError: exactErrors?[i] ?? 0, zScore: scores[i])
    }
    sampleCount = samples.count
    isEnumerated = exactErrors == nil
    limit = zScoreLimit(coordinates: exact.count, familyWiseError: familyWiseError)
  }

  /// The largest size of a z-score; not a number if one of them is not.
  public var largestZScore: Double {
    coordinates.reduce(0) { $1.zScore.isNaN || $0.isNaN ? .nan : max($0, abs($1.zScore)) }
  }

  /// Whether every coordinate is within the limit.
  public var isUnbiased: Bool {
    // Not the opposite comparison: NaN must count as wrong.
    coordinates.allSatisfy { abs($0.zScore) <= limit }
  }

  /// The length of the difference between mean and gradient, as a fraction of the gradient's; 0
  /// where both are zero.
  public var relativeBias: Double {
    let squares = coordinates.reduce((0.0, 0.0)) { sums, c in
      (sums.0 + (c.mean - c.exact) * (c.mean - c.exact), sums.1 + c.exact * c.exact)
    }
    return squares.0 == 0 ? 0 : (squares.0 / squares.1).squareRoot()
  }
}
