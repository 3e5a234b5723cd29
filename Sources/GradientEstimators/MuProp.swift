import Autodiff
import Distributions
import RandomNumbers

/// MuProp: the first-order expansion of f about the mean μ = E[b] as the control variate.
///
///     ĝ = (f(b) − f(μ) − f′(μ)·(b − μ)) ∂log p(b | θ)/∂θ + f′(μ) ∂μ/∂θ
///
/// S. Gu, S. Levine, I. Sutskever, A. Mnih, "MuProp: Unbiased Backpropagation for Stochastic Neural
/// Networks", ICLR 2016 (arXiv:1511.05176), equation 6.
public struct MuProp: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "muprop", summary: "score function, control variate f linearised about E[b]",
    evaluationCount: 2, needsDifferentiable: true, supports: [.bernoulli, .categorical])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(EstimatorError) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let leaf = try problem.relaxable(for: Self.traits).atLeaf()
    let (sample, values) = problem.draw(using: &generator)
    let score = withoutRecording { leaf.score(of: sample) }
    let mean = leaf.mean
    let (center, slope) = problem.valueWithSlope(at: mean, .mean)
    let linear = (slope * (sample - mean.detached())).sumOverColumns()
    let advantages = values.detached() - center.detached() - linear
    let correction = gradients(of: mean, withRespectTo: [leaf.parameters], cotangent: slope)[0]
    return GradientEstimate(
      gradient: score.multiplyingRows(by: advantages) + correction, values: values,
      problem: problem)
  }
}
