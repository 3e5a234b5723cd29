import Autodiff
import Distributions
import RandomNumbers
import State

/// DisARM with a memory: an antithetic pair, on what h leaves of f, h fitted by regression to every
/// evaluation of f so far, and the gradient of its expectation put back.
///
///     ĝ = ½ [r(b) − r(b̃)] (−1)^b̃ 1[b ≠ b̃] σ(|α|) + η ∂E[h(x, b)]/∂θ,   r = f − η h
///
/// Z. Dong, A. Mnih, G. Tucker, "DisARM: An Antithetic Gradient Estimator for Binary Latent Variables",
/// NeurIPS 2020 (arXiv:2006.10680), equation 7, on what is left of f.
public struct DisARMWithMemory: MemoryEstimator {
  public static let traits = EstimatorTraits(
    name: "disarm-memory", summary: "DisARM on what a regression to all evaluations leaves of f",
    evaluationCount: 2, supports: [.bernoulli])

  public var regression: SampleRegression
  public var weights: SurrogateWeights

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    regression = SampleRegression(setting, using: &generator)
    weights = SurrogateWeights(for: regression.surrogate)
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let pair = AntitheticPair(distribution, first: problem.drawn?.sample, using: &generator)
    let first = problem.drawn?.values ?? problem.value(at: pair.first)
    return try self.estimate(
      from: [(pair.first, first), (pair.second, problem.value(at: pair.second))], of: problem,
      using: &generator
    ) { DisARM.gradient(of: distribution, pair, difference: $0[0] - $0[1]) }
  }
}
