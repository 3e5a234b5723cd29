import State

/// The mean and the variance of all vectors so far, as Gymnasium keeps them: beside a ten-thousandth of
/// a vector of mean 0 and variance 1, and in the precision of the vectors.
///
/// T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
/// Variances", 1979.
public struct RunningMoments<Scalar: BinaryFloatingPoint & Codable & Sendable>: Sendable, Codable,
  Equatable
{
  /// The mean of each scalar.
  public private(set) var means: [Scalar]
  /// The variance of each scalar.
  public private(set) var variances: [Scalar]
  /// How many vectors there were, and the ten-thousandth.
  public private(set) var count = 1e-4

  /// Those of no vectors yet.
  ///
  /// - Parameter width: The number of scalars of a vector.
  public init(width: Int) {
    means = [Scalar](repeating: 0, count: width)
    variances = [Scalar](repeating: 1, count: width)
  }

  /// Takes a vector in.
  public mutating func add(_ vector: [Scalar]) {
    precondition(
      vector.count == means.count,
      "RunningMoments: a vector of \(vector.count) scalars in place of \(means.count)")
    let (before, total) = (Scalar(count), Scalar(count + 1))
    for (index, value) in vector.enumerated() {
      let distance = value - means[index]
      means[index] += distance / total
      variances[index] =
        (variances[index] * before + distance * distance * before / total) / total
    }
    count += 1
  }

  /// Whether these can be those of vectors of that width.
  func isSound(width: Int) -> Bool {
    means.count == width && variances.count == width && count > 0
      && variances.allSatisfy { $0 >= 0 }
  }
}
