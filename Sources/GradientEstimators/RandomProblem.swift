import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers

extension EstimationProblem {
  /// A problem on which an estimator's errors show: logits spread over −3 to 3, and f a random
  /// network of b that depends on θ as well.
  ///
  /// - Parameters:
  ///   - support: The kind of distribution.
  ///   - size: The number of Bernoullis, categories or Gaussians.
  ///   - generator: Where f, the order of the logits and the context come from.
  public static func random(
    _ support: EstimatorTraits.Support, size: Int, using generator: inout PCG64
  ) -> EstimationProblem {
    precondition(size > 0, "EstimationProblem.random: a distribution of \(size) variables")
    var logits = (0..<size).map { size == 1 ? Float(0.7) : -3 + 6 * Float($0) / Float(size - 1) }
    logits.shuffle(using: &generator)
    let distribution: any LatentDistribution =
      switch support {
      case .bernoulli: Bernoulli(logits: Tensor(logits, shape: [1, size]))
      case .categorical: OneHotCategorical(logits: Tensor(logits, shape: [1, size]))
      case .gaussian:
        DiagonalGaussian(
          mean: Tensor(logits, shape: [1, size]),
          logScale: 0.1 * Tensor(logits.reversed(), shape: [1, size]))
      }
    var f = MLP(
      sizes: [distribution.sampleWidth + distribution.parameterCount, 8, 1], activation: .tanh,
      using: &generator)
    f.randomize(using: &generator)
    let network = f
    let objective = Objective.dependingOnParameters { sample, parameters in
      network(.concatenatingColumns([sample, parameters])).reshaped([sample.shape[0]])
    }
    let context = Tensor((0..<2).map { _ in Float(generator.standardNormal()) }, shape: [1, 2])
    return EstimationProblem(
      distribution: distribution, objective: objective, context: context)
  }
}

extension Module {
  /// Replaces the parameters by Gaussian noise, as large as it takes for a control variate to do
  /// harm; temperatures stay near 1 and other scalars, which are factors, away from 0.
  public mutating func randomize(using generator: inout PCG64) {
    visitParameters { $1 = randomParameter(named: $0, like: $1, using: &generator) }
  }
}

/// Noise in the place of a parameter.
func randomParameter(named name: String, like parameter: Tensor, using generator: inout PCG64)
  -> Tensor
{
  let values = (0..<parameter.shape.count).map { _ -> Float in
    let noise = Float(generator.standardNormal())
    if name.hasSuffix("log_temperature") { return 0.5 * noise }
    return parameter.shape == .scalar ? (noise < 0 ? -4 : 4) + noise : 2 * noise
  }
  return Tensor(values, shape: parameter.shape)
}
