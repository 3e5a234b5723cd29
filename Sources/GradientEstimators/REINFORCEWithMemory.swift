import Autodiff
import Distributions
import RandomNumbers
import State

/// REINFORCE with a memory: on what h leaves of f, h fitted by regression to every evaluation of f so far,
/// and the gradient of its expectation put back.
///
///     ĝ = (f(b) − m − C(x) − E[h] − η Δh(x, b)) ∂log p(b | θ)/∂θ + η ∂E[h(x, b)]/∂θ,
///     Δh(x, b) = h(x, b) − E[h]
///
/// The control variate is that of the sample itself, where RELAX has the one of its relaxation: where h
/// knows f well the first term vanishes. The price is the second, an expectation that takes more samples,
/// but none of f. The score function of R. Williams, "Simple statistical gradient-following algorithms for
/// connectionist reinforcement learning", Machine Learning 8, 1992; a fitted control variate whose
/// expectation is put back is that of S. Gu et al., "Q-Prop", ICLR 2017 (arXiv:1611.02247).
public struct REINFORCEWithMemory: MemoryEstimator {
  public static let traits = EstimatorTraits(
    name: "reinforce-memory",
    summary: "score function on what a regression to all evaluations leaves of f",
    evaluationCount: 1, supports: [.bernoulli, .categorical, .gaussian])

  public var regression: SampleRegression
  public var weights: SurrogateWeights

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    regression = SampleRegression(setting, using: &generator)
    weights = SurrogateWeights(for: regression.surrogate)
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    let distribution = problem.distribution.detached()
    let drawn = problem.draw(using: &generator)
    let score = withoutRecording { distribution.score(of: drawn.sample) }
    return try estimate(
      from: [drawn], of: problem, hasBaseline: true, using: &generator
    ) { score.multiplyingRows(by: $0[0]) }
  }
}
