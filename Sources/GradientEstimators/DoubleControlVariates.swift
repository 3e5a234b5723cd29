import Autodiff
import Distributions
import RandomNumbers
import State

/// Double control variates: RLOO with two samples, each corrected by f linearised at the other.
///
///     ĝ = ½ [(f(b₁) + β₁) − (f(b₂) + β₂)] (b₁ − b₂) − a ½ [f′(b₁) + f′(b₂)] ⊙ μ (1 − μ)
///     β₁ = a f′(b₂)·(b₁ − μ),   β₂ = a f′(b₁)·(b₂ − μ)
///
/// a descends ‖ĝ‖². M. Titsias, J. Shi, "Double Control Variates for Gradient Estimation in Discrete
/// Latent Variable Models", AISTATS 2022 (arXiv:2111.05300), with K = 2.
public struct DoubleControlVariates: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "double-cv", summary: "RLOO (K = 2) with f linearised at the other sample",
    evaluationCount: 2, needsDifferentiable: true, supports: [.bernoulli])

  /// a, which starts at 0.
  public var coefficient = Tensor(0)

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let first = distribution.sample(using: &generator)
    let second = distribution.sample(using: &generator)
    let (firstValues, firstSlope) = problem.valueWithSlope(at: first, .straightThrough)
    let (secondValues, secondSlope) = problem.valueWithSlope(at: second, .straightThrough)

    let mean = distribution.mean
    let linear =
      (secondSlope * (first - mean)).sumOverColumns()
      - (firstSlope * (second - mean)).sumOverColumns()
    let difference = firstValues.detached() - secondValues.detached()
    let advantages = 0.5 * (difference + linear.scaled(by: coefficient))
    let variance = mean * (-distribution.logits).sigmoid()
    let correction = (0.5 * ((firstSlope + secondSlope) * variance)).scaled(by: coefficient)
    return GradientEstimate(
      gradient: (first - second).multiplyingRows(by: advantages) - correction,
      values: 0.5 * (firstValues + secondValues), problem: problem)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("coefficient", &coefficient)
  }
}
