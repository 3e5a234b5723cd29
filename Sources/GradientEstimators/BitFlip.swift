import Autodiff
import Distributions
import RandomNumbers
import State

/// BitFlip-1: the local difference of f in one Bernoulli of the vector, chosen at random.
///
///     ĝ_j = D σ(α_j) σ(−α_j) (f(b with b_j = 1) − f(b with b_j = 0)),   ĝ_i = 0 for i ≠ j
///
/// E. Kunes, M. Yin, M. Land, D. Haviv, D. Pe'er, S. Tavaré, "Gradient Estimation for Binary Latent
/// Variables via Gradient Variance Clipping", AAAI 2023 (arXiv:2208.06124).
public struct BitFlip: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "bitflip", summary: "difference of f in one random Bernoulli (BitFlip-1)",
    evaluationCount: 2, supports: [.bernoulli])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    let distribution = try problem.bernoulli(for: Self.traits).detached()
    let (rows, width) = (distribution.rowCount, distribution.sampleWidth)
    let (sample, values) = problem.draw(using: &generator)
    let chosen = Tensor(repeating: 1, shape: [rows])
      .scattered(
        toColumns: (0..<rows).map { _ in Int32(generator.integers(0, width)) }, of: width)
    let sign = 2 * sample - 1  // 1 where the sample has the 1 and its neighbour the 0
    let neighbors = problem.value(at: sample - chosen * sign)
    let weight =
      Float(width) * (distribution.probabilities * (-distribution.logits).sigmoid()) * chosen * sign
    return GradientEstimate(
      gradient: weight.multiplyingRows(by: values.detached() - neighbors.detached()),
      values: values, problem: problem)
  }
}
