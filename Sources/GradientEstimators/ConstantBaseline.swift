import Autodiff
import Distributions
import RandomNumbers

/// REINFORCE with a constant baseline that is trained on the variance.
///
///     ĝ = (f(b) − B) ∂log p(b | θ)/∂θ,   B descends ‖ĝ‖²
///
/// At its optimum B = E[f(b) ‖s‖²] / E[‖s‖²], s the score, no constant has less variance: the bar for
/// control variates that depend on b. E. Greensmith, P. Bartlett, J. Baxter, "Variance Reduction
/// Techniques for Gradient Estimates in Reinforcement Learning", JMLR 5, 2004.
public struct ConstantBaseline: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "constant-baseline", summary: "score function, constant baseline trained on the variance",
    evaluationCount: 1, supports: [.bernoulli, .categorical, .gaussian])

  /// B
  public var baseline = Tensor(0)

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) -> GradientEstimate {
    problem.scoreFunctionEstimate(using: &generator) { $0 - baseline.broadcast(to: $0.shape) }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("baseline", &baseline)
  }
}
