import Autodiff
import RandomNumbers

/// A row of categorical distributions over the categories 0 ..< K, from their logits.
public struct Categorical: Sendable {
  /// log p of every category, [rows, K].
  public let logProbabilities: Tensor

  /// - Parameter logits: Unnormalised log-probabilities, [rows, K].
  public init(logits: Tensor) { logProbabilities = logits.logSoftmax() }

  /// The number of distributions.
  public var rowCount: Int { logProbabilities.shape[0] }

  /// The number of categories.
  public var categoryCount: Int { logProbabilities.shape[1] }

  /// p of every category, [rows, K].
  public var probabilities: Tensor { logProbabilities.exp() }

  /// log p of one category for each row, [rows].
  public func logProbability(of categories: [Int32]) -> Tensor {
    logProbabilities.selecting(columns: categories)
  }

  /// The entropy −Σ p log p of each row in nats, [rows]; impossible categories add nothing.
  public func entropy() -> Tensor {
    -probabilities.timesLogarithm(logProbabilities).sumOverColumns()
  }

  /// The most probable category of each row, the first of equals.
  public var mode: [Int32] {
    let (values, width) = (logProbabilities.values, categoryCount)
    return (0..<rowCount).map { row in
      let start = row * width
      return Int32((1..<width).reduce(0) { values[start + $1] > values[start + $0] ? $1 : $0 })
    }
  }

  /// A draw from each row.
  public func sample(using generator: inout some RandomNumberGenerator) -> [Int32] {
    let probabilities = withoutRecording { self.probabilities.values }
    let width = categoryCount
    return (0..<rowCount).map { row in
      var remaining = generator.openUniformFloat()
      for category in 0..<width - 1 {
        remaining -= probabilities[row * width + category]
        if remaining < 0 { return Int32(category) }
      }
      // What rounding leaves over belongs to the last category that is possible.
      let last = (0..<width).last { probabilities[row * width + $0] > 0 }
      return Int32(last ?? width - 1)
    }
  }

  /// The gradient of log p(b) in the logits: the one-hot code of b minus p, [rows, K].
  public func score(of categories: [Int32]) -> Tensor {
    oneHot(categories) - probabilities
  }

  /// A 1 in the column of each row's category, 0 elsewhere, [rows, K].
  func oneHot(_ categories: [Int32]) -> Tensor {
    Tensor(repeating: 1, shape: [rowCount]).scattered(toColumns: categories, of: categoryCount)
  }
}
