import Autodiff
import RandomNumbers

/// Rows of independent categorical variables whose values are one-hot vectors.
///
/// A row of logits has one block of K columns for each variable, a row of samples the same blocks
/// with a single 1 in each. b = H(z) is the one-hot code of the largest z = log p + Gumbel noise; the
/// exact conditional is `Categorical`'s.
public struct OneHotCategorical: RelaxableDistribution {
  public static var name: String { "categorical" }

  /// Unnormalised log-probabilities, [rows, variables · K].
  public let logits: Tensor

  /// K, the number of values of a variable.
  public let categoryCount: Int

  /// The variables of all rows one below the other, [rows · variables, K].
  let variables: Categorical

  /// - Parameters:
  ///   - logits: Unnormalised log-probabilities, [rows, variables · K].
  ///   - categoryCount: K; one variable a row if it is not given.
  public init(logits: Tensor, categoryCount: Int? = nil) {
    precondition(
      logits.shape.rank == 2 && logits.shape[1] > 0,
      "OneHotCategorical: logits of shape \(logits.shape) are not a matrix with columns")
    let width = logits.shape[1]
    let count = categoryCount ?? width
    precondition(
      count > 0 && width % count == 0,
      "OneHotCategorical: \(width) columns are not made of blocks of \(count) categories")
    self.logits = logits
    self.categoryCount = count
    variables = Categorical(
      logits: count == width ? logits : logits.reshaped([logits.shape[0] * (width / count), count]))
  }

  public var parameters: Tensor { logits }

  public var sampleWidth: Int { logits.shape[1] }

  /// The number of variables of a row.
  public var variableCount: Int { sampleWidth / categoryCount }

  public func replacing(parameters: Tensor) -> OneHotCategorical {
    OneHotCategorical(logits: parameters, categoryCount: categoryCount)
  }

  public var mean: Tensor { asRows(variables.probabilities) }

  /// One category leaves no room for the others.
  public var hasIndependentScalars: Bool { false }

  public func sample(using generator: inout PCG64) -> Tensor {
    withoutRecording { asRows(variables.oneHot(variables.sample(using: &generator))) }
  }

  public func logProbability(of sample: Tensor) -> Tensor {
    checkShape(of: sample)
    let logarithms = variables.logProbabilities
    return asRows(sample.reshaped(logarithms.shape).timesLogarithm(logarithms)).sumOverColumns()
  }

  public func score(of sample: Tensor) -> Tensor {
    checkShape(of: sample)
    return sample - mean
  }

  public func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor) {
    let categories = categories(of: sample)
    switch coupling {
    case .coupled:
      let noise = variables.logExponentials(using: &generator)
      return (
        asRows(variables.relaxation(given: categories, logExponentials: noise)),
        asRows(variables.conditionalRelaxation(given: categories, logExponentials: noise))
      )
    case .independent:
      let z = variables.relaxation(given: categories, using: &generator)
      return (
        asRows(z), asRows(variables.conditionalRelaxation(given: categories, using: &generator))
      )
    }
  }

  /// The sum over the variables of a row, [rows].
  public func entropy() -> Tensor {
    let entropies = variables.entropy()
    return variableCount == 1
      ? entropies : entropies.reshaped([rowCount, variableCount]).sumOverColumns()
  }

  public func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor {
    asRows(
      Categorical.soft(
        z.reshaped(variables.logProbabilities.shape), logTemperature: logTemperature))
  }

  public func hard(_ z: Tensor) -> Tensor {
    withoutRecording { asRows(variables.oneHot(categories(of: z))) }
  }

  public var supportCount: Int? {
    var count = 1
    for _ in 0..<variableCount {
      count *= categoryCount
      if count > 1 << 30 { return nil }
    }
    return count
  }

  /// The digits of `index` in base K, the lowest for the first variable.
  public func supportPoint(_ index: Int) -> Tensor {
    var row = [Float](repeating: 0, count: sampleWidth)
    var rest = index
    for variable in 0..<variableCount {
      row[variable * categoryCount + rest % categoryCount] = 1
      rest /= categoryCount
    }
    return Tensor(row).repeatedAsRows(rowCount)
  }

  /// p of every value of every variable, [rows, variables · K].
  public var probabilities: Tensor { mean }

  /// The column of the largest element of each variable, the first of equals; [rows · variables].
  public func categories(of sample: Tensor) -> [Int32] {
    checkShape(of: sample)
    let (values, width) = (sample.values, categoryCount)
    return stride(from: 0, to: values.count, by: width).map { start in
      var top = 0
      for column in 1..<max(width, 1) where values[start + column] > values[start + top] {
        top = column
      }
      return Int32(top)
    }
  }

  private func asRows(_ blocks: Tensor) -> Tensor {
    blocks.shape == sampleShape ? blocks : blocks.reshaped(sampleShape)
  }
}
