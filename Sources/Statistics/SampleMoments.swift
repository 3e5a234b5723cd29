import Foundation

/// The mean and the variance of samples of a vector, without keeping the samples.
///
/// The samples are taken in one at a time or many at once; sums are kept in `Double`, about the mean.
/// A coordinate of which a sample is not finite has no variance: that is NaN, and so is every figure
/// that it is part of.
public struct SampleMoments: Sendable {
  /// The number of samples.
  public private(set) var count = 0

  /// The mean of each coordinate; empty before the first sample.
  public private(set) var mean: [Double] = []

  /// The sum of the squared distances to the mean, coordinate by coordinate.
  private var squares: [Double] = []

  public init() {}

  // MARK: Samples

  /// Adds one sample; all must have the same number of coordinates.
  public mutating func add(_ sample: [Float]) {
    add(coordinates: sample.count) { Double(sample[$0]) }
  }

  /// Adds one sample; all must have the same number of coordinates.
  public mutating func add(_ sample: [Double]) { add(coordinates: sample.count) { sample[$0] } }

  /// The formula of `merge` for one sample, without arrays of their own for it.
  private mutating func add(coordinates: Int, value: (Int) -> Double) {
    prepare(coordinates)
    let (seen, total) = (Double(count), Double(count + 1))
    for i in 0..<coordinates {
      let distance = value(i) - mean[i]
      mean[i] += distance / total
      squares[i] += distance * distance * seen / total
    }
    count += 1
  }

  /// Takes in the samples that another has seen.
  public mutating func merge(_ other: SampleMoments) {
    if other.count > 0 {
      merge(count: other.count, mean: other.mean, squaredDeviations: other.squares)
    }
  }

  /// Takes in samples of which only the moments are known.
  ///
  /// Source: T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
  /// Sample Variances" (1979).
  ///
  /// - Parameters:
  ///   - n: How many samples, one at least.
  ///   - other: Their mean.
  ///   - added: The sums of their squared distances to it, coordinate by coordinate.
  public mutating func merge(count n: Int, mean other: [Double], squaredDeviations added: [Double])
  {
    precondition(
      n > 0 && other.count == added.count,
      "merge: \(n) samples, \(other.count) means and \(added.count) sums are no moments")
    prepare(other.count)
    let total = Double(count + n)
    for i in mean.indices {
      let distance = other[i] - mean[i]
      mean[i] += distance * Double(n) / total
      squares[i] += added[i] + distance * distance * Double(count) * Double(n) / total
    }
    count += n
  }

  private mutating func prepare(_ coordinates: Int) {
    if count == 0 {
      mean = [Double](repeating: 0, count: coordinates)
      squares = mean
    }
    precondition(
      coordinates == mean.count, "add: \(coordinates) coordinates after \(mean.count)")
  }

  // MARK: Figures of a coordinate

  /// The variance of each coordinate; NaN of a single sample.
  public var variances: [Double] {
    squares.map { $0 < .infinity ? $0 / Double(count - 1) : .nan }
  }

  /// The standard error of each coordinate of the mean; NaN of a single sample.
  public var standardErrors: [Double] {
    variances.map { ($0 / Double(count)).squareRoot() }
  }

  /// What the rounding of Float32 may have done to the mean of each coordinate: a millionth of the
  /// samples' size.
  public var roundingErrors: [Double] {
    mean.indices.map { i in
      0x1p-20 * (mean[i] * mean[i] + squares[i] / Double(count)).squareRoot()
    }
  }

  /// How many standard errors, rounding included, the mean lies above `exact`, coordinate by
  /// coordinate.
  ///
  /// - Parameters:
  ///   - exact: The expectation.
  ///   - exactErrors: Its own standard errors, where it is an estimate too.
  public func zScores(against exact: [Double], errors exactErrors: [Double]? = nil) -> [Double] {
    precondition(
      exact.count == mean.count,
      "zScores: \(exact.count) expected values for \(mean.count) coordinates")
    let (standardErrors, roundingErrors) = (standardErrors, roundingErrors)
    return mean.indices.map { i in
      let distance = mean[i] - exact[i]
      let errors = [standardErrors[i], roundingErrors[i], exactErrors?[i] ?? 0, 0x1p-20 * exact[i]]
      return distance == 0 ? 0 : distance / errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  // MARK: Figures of the vector

  /// The trace of the covariance, Σ_i Var_i, over the coordinates that vary by more than rounding; NaN
  /// of fewer than two samples.
  public var trace: Double { count > 1 ? varying.reduce(0, +) : .nan }

  /// log Σ_i Var_i; minus infinity where nothing varies by more than rounding, NaN of fewer than two
  /// samples.
  public var logTrace: Double { log(trace) }

  /// The mean of log Var_i over the coordinates that vary by more than rounding; minus infinity where
  /// none does, NaN of fewer than two samples.
  public var meanLogVariance: Double {
    guard count > 1 else { return .nan }
    let varying = varying
    return varying.isEmpty ? -.infinity : varying.reduce(0) { $0 + log($1) } / Double(varying.count)
  }

  /// How many coordinates vary by no more than rounding. One that is not a number is none of them.
  public var constantCoordinates: Int { mean.count - varying.count }

  /// The variances of the coordinates that are not constant.
  private var varying: [Double] {
    // Not the opposite comparison: NaN must not count as constant.
    zip(variances, roundingErrors).filter { !($0 <= $1 * $1) }.map(\.0)
  }

  /// The squared distance of a sample from the mean, Σ_i (x_i − mean_i)².
  public func squaredDistance(of sample: [Float]) -> Double {
    precondition(
      sample.count == mean.count,
      "squaredDistance: \(sample.count) coordinates instead of \(mean.count)")
    var sum = 0.0
    for i in sample.indices {
      let distance = Double(sample[i]) - mean[i]
      sum += distance * distance
    }
    return sum
  }

  /// The standard error of `logTrace`, by the delta method from the spread of the squared distances
  /// to the mean; 0 where nothing varies, NaN of fewer than two samples.
  ///
  /// - Parameter squaredDistances: The `squaredDistance` of each of the samples.
  public func logTraceStandardError(squaredDistances: [Double]) -> Double {
    precondition(
      squaredDistances.count == count,
      "logTraceStandardError: \(squaredDistances.count) distances of \(count) samples")
    let trace = trace
    if trace == 0 { return 0 }
    return standardError(squaredDistances) * Double(count) / Double(count - 1) / trace
  }
}
