import Autodiff
import Distributions
import RandomNumbers
import State

/// DisARM, also known as U2G: ARM with its uniforms integrated out given the antithetic pair.
///
///     ĝ = ½ (f(b) − f(b̃)) (−1)^b̃ 1[b ≠ b̃] σ(|α|)
///
/// Z. Dong, A. Mnih, G. Tucker, "DisARM: An Antithetic Gradient Estimator for Binary Latent
/// Variables", NeurIPS 2020 (arXiv:2006.10680), equation 7; M. Yin, N. Ho, B. Yan, X. Qian, M. Zhou,
/// "Probabilistic Best Subset Selection via Gradient-Based Optimization", 2020 (arXiv:2006.06448).
public struct DisARM: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "disarm", summary: "ARM with its uniforms integrated out (U2G)", evaluationCount: 2,
    supports: [.bernoulli])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let pair = AntitheticPair(distribution, first: problem.drawn?.sample, using: &generator)
    let first = problem.drawn?.values ?? problem.value(at: pair.first)
    let second = problem.value(at: pair.second)
    return GradientEstimate(
      gradient: Self.gradient(
        of: distribution, pair, difference: first.detached() - second.detached()),
      values: 0.5 * (first + second), problem: problem)
  }

  /// ĝ from f(b) − f(b̃), [rows].
  static func gradient(
    of distribution: Bernoulli, _ pair: AntitheticPair, difference: Tensor
  ) -> Tensor {
    // (−1)^b̃ 1[b ≠ b̃] = b − b̃, and σ(|α|) = max(σ(α), σ(−α)).
    let (p, q) = (distribution.logits.sigmoid(), (-distribution.logits).sigmoid())
    let larger = q + (p - q).relu()
    return ((pair.first - pair.second) * larger).multiplyingRows(by: 0.5 * difference)
  }
}
