import Autodiff
import Distributions
import RandomNumbers
import State

/// The gradient itself, by summing over every value of b; the reference for all others.
///
///     g = Σ_b p(b | θ) f(b) ∂log p(b | θ)/∂θ
public struct ExactEnumeration: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "exact", summary: "sum over every value of b, 4096 at most", evaluationCount: nil,
    supports: [.bernoulli, .categorical])

  /// The largest number of values: those of 12 Bernoullis.
  public static let maximumSupport = 4096

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try estimate(problem)
  }

  /// The gradient, which needs no randomness.
  public func estimate(
    _ problem: EstimationProblem
  ) throws(Failure) -> GradientEstimate {
    let distribution = try problem.relaxable(for: Self.traits).detached()
    guard let count = distribution.supportCount, count <= Self.maximumSupport else {
      throw .usage(
        "exact sums over at most \(Self.maximumSupport) values of b, and \(distribution.sampleWidth) "
          + "columns of \(type(of: distribution).name) variables take more; use rloo with many samples."
      )
    }
    var mean = Tensor.zeros([distribution.rowCount])
    var terms: [(sample: Tensor, probability: Tensor, values: Tensor)] = []
    for index in 0..<count {
      let sample = distribution.supportPoint(index)
      let probability = distribution.logProbability(of: sample).exp()
      let values = problem.value(at: sample)
      mean = mean + probability * values
      terms.append((sample, probability, values.detached()))
    }
    var gradient = Tensor.zeros(distribution.parameters.shape)
    // The scores have no mean, so that f may be taken from its own: what large values of f would leave
    // of each other by rounding is not in the sum.
    for (sample, probability, values) in terms {
      gradient =
        gradient
        + distribution.score(of: sample)
        .multiplyingRows(by: probability * (values - mean.detached()))
    }
    return GradientEstimate(gradient: gradient, values: mean, problem: problem)
  }
}
