import Autodiff
import Distributions
import RandomNumbers
import State

/// Straight-through: the slope of f at the sample, as if b were E[b]. Biased.
///
///     ĝ = ∂f/∂b(b) · ∂E[b]/∂θ
///
/// Y. Bengio, N. Léonard, A. Courville, "Estimating or Propagating Gradients Through Stochastic
/// Neurons for Conditional Computation", 2013 (arXiv:1308.3432).
public struct StraightThrough: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "straight-through", summary: "slope of f at b, passed to the probabilities",
    isUnbiased: false, evaluationCount: 1, needsDifferentiable: true,
    supports: [.bernoulli, .categorical])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let leaf = try problem.relaxable(for: Self.traits).atLeaf()
    let (values, slope) = problem.valueWithSlope(
      at: leaf.sample(using: &generator), .straightThrough)
    let gradient = gradients(of: leaf.mean, withRespectTo: [leaf.parameters], cotangent: slope)[0]
    return GradientEstimate(gradient: gradient, values: values, problem: problem)
  }
}
