import Autodiff
import Distributions
import RandomNumbers

/// RLOO: REINFORCE with K samples, each with the mean of the others as its baseline.
///
///     ĝ = 1/K Σ_k (f(b_k) − 1/(K−1) Σ_{j≠k} f(b_j)) ∂log p(b_k | θ)/∂θ
///
/// W. Kool, H. van Hoof, M. Welling, "Buy 4 REINFORCE Samples, Get a Baseline for Free!", 2019.
public struct RLOO: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "rloo", summary: "score function, K samples, baseline the mean of the others (K = 2)",
    evaluationCount: 2, supports: [.bernoulli, .categorical, .gaussian])

  /// K, at least 2.
  public let sampleCount: Int

  public init(sampleCount: Int = 2) {
    precondition(sampleCount > 1, "RLOO: \(sampleCount) samples leave none for the baseline")
    self.sampleCount = sampleCount
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(sampleCount: setting.sampleCount)
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) -> GradientEstimate {
    let distribution = problem.distribution.detached()
    let first = problem.draw(using: &generator)
    let others = (1..<sampleCount).map { _ in distribution.sample(using: &generator) }
    let samples = [first.sample] + others
    let values = [first.values] + others.map { problem.value(at: $0) }
    let mean = (1 / Float(sampleCount)) * sum(values)
    // f_k minus the mean of the others is K / (K − 1) times f_k minus the mean of all; the K cancels.
    let share = 1 / Float(sampleCount - 1)
    let terms = zip(samples, values).map { sample, value in
      distribution.score(of: sample)
        .multiplyingRows(by: share * (value.detached() - mean.detached()))
    }
    return GradientEstimate(gradient: sum(terms), values: mean, problem: problem)
  }
}

/// The sum of tensors of the same shape, at least one of them.
func sum(_ terms: [Tensor]) -> Tensor {
  terms.dropFirst().reduce(terms[0]) { $0 + $1 }
}
