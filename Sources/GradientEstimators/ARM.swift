import Autodiff
import Distributions
import RandomNumbers
import State

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
  ) throws(Failure) -> GradientEstimate {
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let pair = AntitheticPair(distribution, first: problem.drawn?.sample, using: &generator)
    let first = problem.drawn?.values ?? problem.value(at: pair.first)
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

  /// - Parameters:
  ///   - distribution: The Bernoullis, constants.
  ///   - sample: The first of the two, where it has been drawn already: u is drawn given it.
  ///   - generator: Where u comes from.
  init(_ distribution: Bernoulli, first sample: Tensor? = nil, using generator: inout PCG64) {
    let logits = distribution.logits
    let (p, q) = (logits.sigmoid(), (-logits).sigmoid())
    let noise = Tensor(generator.openUniforms(count: logits.shape.count), shape: logits.shape)
    if let sample {
      // u is uniform on the σ(α) above σ(−α) if b = 1, and on the σ(−α) below otherwise.
      uniforms = sample * (q + p * noise) + (-sample + 1) * (q * noise)
      first = sample
    } else {
      uniforms = noise
      first = (uniforms - q).unitStep()
    }
    second = (p - uniforms).unitStep()
  }
}
