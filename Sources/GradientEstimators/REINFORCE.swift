import Autodiff
import Distributions
import RandomNumbers

/// REINFORCE, the score-function estimator without a baseline.
///
///     ĝ = f(b) ∂log p(b | θ)/∂θ
///
/// R. Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement
/// learning", Machine Learning 8, 1992.
public struct REINFORCE: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "reinforce", summary: "score function without a baseline", evaluationCount: 1,
    supports: [.bernoulli, .categorical, .gaussian])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) -> GradientEstimate {
    problem.scoreFunctionEstimate(using: &generator) { $0 }
  }
}

extension EstimationProblem {
  /// The score-function estimate from one sample a row.
  ///
  /// - Parameters:
  ///   - generator: Where the sample comes from.
  ///   - advantages: What takes the place of f(b), from f(b), a constant vector [rows].
  func scoreFunctionEstimate(
    using generator: inout PCG64, advantages: (Tensor) -> Tensor
  ) -> GradientEstimate {
    let distribution = distribution.detached()
    let (sample, values) = draw(using: &generator)
    return GradientEstimate(
      gradient: distribution.score(of: sample)
        .multiplyingRows(by: advantages(values.detached())),
      values: values, problem: self)
  }
}
