import Autodiff
import Distributions
import RandomNumbers
import State

/// RLOO with a memory: two samples, each with f − η h at the other as its baseline, h fitted by regression
/// to every evaluation of f so far, and the gradient of its expectation put back.
///
///     ĝ = ½ [r(b₁) − r(b₂)] [∂log p(b₁ | θ)/∂θ − ∂log p(b₂ | θ)/∂θ] + η ∂E[h(x, b)]/∂θ,   r = f − η h
///
/// W. Kool, H. van Hoof, M. Welling, "Buy 4 REINFORCE Samples, Get a Baseline for Free!", 2019, on what
/// is left of f.
public struct RLOOWithMemory: MemoryEstimator {
  public static let traits = EstimatorTraits(
    name: "rloo-memory",
    summary: "RLOO (K = 2) on what a regression to all evaluations leaves of f",
    evaluationCount: 2, supports: [.bernoulli, .categorical, .gaussian])

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
    let first = problem.draw(using: &generator)
    let sample = distribution.sample(using: &generator)
    let pair = [first, (sample, problem.value(at: sample))]
    let scores = withoutRecording {
      distribution.score(of: first.sample) - distribution.score(of: sample)
    }
    return try self.estimate(from: pair, of: problem, using: &generator) {
      scores.multiplyingRows(by: 0.5 * ($0[0] - $0[1]))
    }
  }
}
