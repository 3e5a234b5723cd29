import Autodiff
import Distributions
import RandomNumbers

/// REINFORCE with the running mean of f as its baseline.
///
///     ĝ = (f(b) − m) ∂log p(b | θ)/∂θ,   m ← m + (f(b) − m) / min(n, 1 / (1 − decay))
///
/// m is of earlier samples alone, which keeps ĝ unbiased: `observe` moves it after an estimate was
/// used. R. Williams, "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning", Machine Learning 8, 1992.
public struct RunningMeanREINFORCE: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "running-mean", summary: "score function, baseline the running mean of f",
    evaluationCount: 1, supports: [.bernoulli, .categorical, .gaussian])

  /// What a mean keeps of itself at each observation, once it has seen enough of them.
  public let decay: Double
  private var mean = RunningMoments()

  public init(decay: Double = 0.99) { self.decay = decay }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) { self.init() }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) -> GradientEstimate {
    problem.scoreFunctionEstimate(using: &generator) { $0 - Float(mean.mean) }
  }

  public mutating func observe(_ estimate: GradientEstimate) {
    mean.add(estimate.values, decay: decay)
  }

  public var runningStatistics: [Double] {
    get { mean.statistics }
    set { mean.statistics = newValue }
  }
}

/// The mean and the variance of a signal, an exponential average after a plain one.
struct RunningMoments: Sendable {
  private(set) var mean = 0.0
  private(set) var variance = 0.0
  private var count = 0.0

  /// All there is to know of it.
  var statistics: [Double] {
    get { [mean, variance, count] }
    set {
      precondition(newValue.count == 3, "RunningMoments: \(newValue.count) numbers instead of 3")
      (mean, variance, count) = (newValue[0], newValue[1], newValue[2])
    }
  }

  /// Takes the mean of the elements in as one observation of the mean, and of the variance about it.
  mutating func add(_ values: Tensor, decay: Double) {
    count += 1
    let rate = max(1 / count, 1 - decay)
    let n = Double(max(values.shape.count, 1))
    let center = values.values.reduce(0) { $0 + Double($1) } / n
    let spread =
      values.values.reduce(0) {
        $0 + (Double($1) - center) * (Double($1) - center)
      } / n
    let distance = center - mean
    mean += rate * distance
    variance = (1 - rate) * (variance + rate * distance * distance) + rate * spread
  }
}
