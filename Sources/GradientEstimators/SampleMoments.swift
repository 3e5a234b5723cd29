import Autodiff
import Foundation

/// The mean of samples of a vector and its standard error, without keeping the samples.
public struct SampleMoments: Sendable {
  /// The number of samples.
  public private(set) var count = 0

  /// The mean of each coordinate.
  public private(set) var mean: [Double] = []

  /// The sum of the squared distances to the mean, coordinate by coordinate.
  private var squares: [Double] = []

  public init() {}

  /// Adds the rows of a matrix [samples, coordinates].
  public mutating func add(rows samples: Tensor) {
    withoutRecording {
      let n = samples.shape[0]
      if n == 0 { return }
      let center = (1 / Float(n)) * samples.sumOverRows()
      // What rounding has left of the mean is taken off in `Double`.
      let deviations = samples.addingToRows(-center)
      let rest = deviations.sumOverRows().values.map { Double($0) / Double(n) }
      merge(
        count: n, mean: zip(center.values, rest).map { Double($0) + $1 },
        squares: deviations.squared().sumOverRows().values.map { Double($0) })
    }
  }

  /// Adds one sample.
  public mutating func add(_ sample: [Float]) {
    merge(
      count: 1, mean: sample.map { Double($0) },
      squares: [Double](repeating: 0, count: sample.count))
  }

  /// The standard error of each coordinate of the mean.
  public var standardErrors: [Double] {
    squares.map { ($0 / Double(count - 1) / Double(count)).squareRoot() }
  }

  /// The variance of each coordinate.
  public var variances: [Double] { squares.map { $0 / Double(count - 1) } }

  /// log Σ_i Var_i; minus infinity where nothing varies by more than rounding.
  public var logTrace: Double {
    let trace = zip(variances, roundingErrors).reduce(0) { $1.0 > $1.1 * $1.1 ? $0 + $1.0 : $0 }
    return log(trace)
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

  /// Takes in the samples that another has seen.
  public mutating func merge(_ other: SampleMoments) {
    if other.count > 0 { merge(count: other.count, mean: other.mean, squares: other.squares) }
  }

  /// T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
  /// Sample Variances" (1979).
  private mutating func merge(count n: Int, mean other: [Double], squares added: [Double]) {
    if count == 0 { (mean, squares) = (other.map { _ in 0 }, other.map { _ in 0 }) }
    precondition(
      other.count == mean.count, "add: \(other.count) coordinates after \(mean.count)")
    let total = Double(count + n)
    for i in mean.indices {
      let distance = other[i] - mean[i]
      mean[i] += distance * Double(n) / total
      squares[i] += added[i] + distance * distance * Double(count) * Double(n) / total
    }
    count += n
  }
}
