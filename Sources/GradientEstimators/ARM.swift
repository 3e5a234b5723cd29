import Autodiff
import Distributions
import RandomNumbers

/// ARM: augment, REINFORCE, merge; two antithetic vectors of Bernoullis from one uniform vector u.
///
///     ĝ = (f(1[u > σ(−α)]) − f(1[u < σ(α)])) (u − ½)
///
/// M. Yin, M. Zhou, "ARM: Augment-REINFORCE-Merge Gradient for Stochastic Binary Networks", ICLR
/// 2019 (arXiv:1807.11143), equation 5.
public struct ARM: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "arm", summary: "antithetic pair of Bernoulli vectors, weighted by their uniforms",
    evaluationCount: 2, supports: [.bernoulli])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(EstimatorError) -> GradientEstimate {
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let pair = AntitheticPair(distribution, using: &generator)
    let first = problem.value(at: pair.first)
    let second = problem.value(at: pair.second)
    let gradient = (pair.uniforms - 0.5)
      .multiplyingRows(by: first.detached() - second.detached())
    return GradientEstimate(
      gradient: gradient, values: 0.5 * (first + second), problem: problem)
  }
}

/// Two samples of a Bernoulli vector that are as unlike each other as their distribution allows.
struct AntitheticPair {
  /// u, [rows, variables].
  let uniforms: Tensor
  /// 1[u > σ(−α)]
  let first: Tensor
  /// 1[u < σ(α)]
  let second: Tensor

  init(_ distribution: Bernoulli, using generator: inout PCG64) {
    let logits = distribution.logits
    uniforms = Tensor(generator.openUniforms(count: logits.shape.count), shape: logits.shape)
    first = (uniforms - (-logits).sigmoid()).unitStep()
    second = (logits.sigmoid() - uniforms).unitStep()
  }
}
