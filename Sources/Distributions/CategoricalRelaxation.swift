import Autodiff
import RandomNumbers

// The continuous relaxation of a categorical draw and its exact conditional.
//
// Grathwohl et al., "Backpropagation through the Void" (ICLR 2018), appendix B; the argmax of
// z = log p + Gumbel noise is a draw b from the distribution (Maddison et al., 2014). With
// E ~ Exp(1) independent, −log E is standard Gumbel, the largest of the z is −log E_b whatever b
// is, and the others are Gumbel draws truncated at it: z_i = −log(E_i / p_i + E_b).

extension Categorical {
  /// Relaxations z with argmax b, each row drawn from the conditional distribution p(z | b).
  ///
  /// Differentiable in the log-probabilities through the truncation: ∂z_i / ∂log p_i =
  /// (E_i / p_i) / (E_i / p_i + E_b) for i ≠ b, and z_b does not depend on them at all.
  ///
  /// - Parameters:
  ///   - categories: The draws b, one for each row.
  ///   - generator: Where the noise comes from.
  /// - Returns: z̃, [rows, K].
  public func conditionalRelaxation(
    given categories: [Int32], using generator: inout PCG64
  ) -> Tensor {
    conditionalRelaxation(
      given: categories, logExponentials: logExponentials(using: &generator))
  }

  /// The same from given noise.
  ///
  /// - Parameters:
  ///   - categories: The draws b, one for each row.
  ///   - logExponentials: log E of independent standard exponentials, rows · K of them.
  public func conditionalRelaxation(
    given categories: [Int32], logExponentials: [Float]
  ) -> Tensor {
    let width = categoryCount
    precondition(
      categories.count == rowCount && logExponentials.count == rowCount * width,
      """
      conditionalRelaxation: \(categories.count) categories and \(logExponentials.count) noise \
      values for log-probabilities of shape \(logProbabilities.shape)
      """)
    // z̃_i = −log E_b − softplus(log E_i − log p_i − log E_b) for i ≠ b, without the softplus at b.
    let noise = Tensor(logExponentials, shape: logProbabilities.shape)
    let top = noise.selecting(columns: categories).repeatedAsColumns(width)
    let isOther = -oneHot(categories) + 1
    return -top - isOther * (noise - top - logProbabilities).softplus()
  }

  /// Relaxations z with argmax b and z = log p + g, where the noise g is drawn given b.
  ///
  /// Drawing b from the distribution and then g from p(g | b) gives the pair the same distribution
  /// as drawing g first and taking the argmax, so an action can be sampled alone and its relaxation
  /// supplied when it is wanted. The noise is then a constant: ∂z_i / ∂log p_i = 1.
  ///
  /// - Parameters:
  ///   - categories: The draws b, one for each row.
  ///   - generator: Where the noise comes from.
  /// - Returns: z, [rows, K].
  public func relaxation(given categories: [Int32], using generator: inout PCG64) -> Tensor {
    relaxation(given: categories, logExponentials: logExponentials(using: &generator))
  }

  /// The same from given noise.
  public func relaxation(given categories: [Int32], logExponentials: [Float]) -> Tensor {
    let z = withoutRecording {
      conditionalRelaxation(given: categories, logExponentials: logExponentials)
    }
    // What is added is 0 and carries the derivative; adding log p and the noise z − log p instead
    // could round z_b below another coordinate.
    return z + logProbabilities.zeroWithUnitSlope()
  }

  /// Relaxations z = log p + g that know no draw: their argmax is one from the distribution.
  ///
  /// Differentiable in the log-probabilities: ∂z_i / ∂log p_i = 1.
  ///
  /// - Parameter generator: Where the Gumbel noise g comes from.
  /// - Returns: z, [rows, K].
  public func relaxation(using generator: inout PCG64) -> Tensor {
    let logExponentials = logExponentials(using: &generator)
    return logProbabilities - Tensor(logExponentials, shape: logProbabilities.shape)
  }

  /// softmax(z / λ) of relaxations z [rows, K], which tends to the one-hot code of argmax z as λ → 0.
  ///
  /// - Parameters:
  ///   - z: The relaxations.
  ///   - logTemperature: log λ, a scalar.
  public static func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor {
    z.rowsOverTemperature(logTemperature).logSoftmax().exp()
  }

  /// log E of independent standard exponentials E = −log u, one for each row and category.
  func logExponentials(using generator: inout PCG64) -> [Float] {
    let uniforms = Tensor(generator.openUniforms(count: rowCount * categoryCount))
    return (-uniforms.log()).log().values
  }
}
