import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers

/// NVIL: REINFORCE with a baseline C(x) fitted to f by regression, and a running mean.
///
///     ĝ = (f(b) − m − C(x)) ∂log p(b | θ)/∂θ
///
/// A. Mnih, K. Gregor, "Neural Variational Inference and Learning in Belief Networks", ICML 2014
/// (arXiv:1402.0030), section 2.3. Their variance normalisation divides the signal by max(1, s), s its
/// running standard deviation: the estimate is then one of the gradient divided by that number, so
/// it is an option and not the default.
public struct NVIL: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "nvil", summary: "score function, baseline C(x) fitted by regression",
    evaluationCount: 1, supports: [.bernoulli, .categorical, .gaussian])

  /// C
  public var baseline: Baseline
  /// Whether the signal is divided by max(1, its running standard deviation).
  public let normalizesVariance: Bool
  /// What the running moments keep of themselves at each observation.
  public let decay: Double
  /// Of f.
  private var values = RunningMoments()
  /// Of f − C(x), whose variance is the signal's, and does not grow while m finds its place.
  private var signal = RunningMoments()

  public init(baseline: Baseline, normalizesVariance: Bool = false, decay: Double = 0.99) {
    self.baseline = baseline
    self.normalizesVariance = normalizesVariance
    self.decay = decay
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(baseline: Baseline(setting, using: &generator))
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) -> GradientEstimate {
    let center =
      baseline(problem.context, rows: problem.distribution.rowCount) + Float(values.mean)
    let unit = normalizesVariance ? max(1, Float(signal.variance.squareRoot())) : 1
    var estimate = problem.scoreFunctionEstimate(using: &generator) {
      (1 / unit) * ($0 - center.detached())
    }
    estimate.residuals = estimate.values.detached() - center
    return estimate
  }

  /// The mean of (f(b) − m − C(x))².
  public func adaptationLoss(of estimate: GradientEstimate) -> Tensor? {
    estimate.residuals.map { $0.squared().mean() }
  }

  public mutating func observe(_ estimate: GradientEstimate) {
    if let residuals = estimate.residuals {
      signal.add(residuals + Float(values.mean), decay: decay)
    }
    values.add(estimate.values, decay: decay)
  }

  public var runningStatistics: [Double] {
    get { values.statistics + signal.statistics }
    set {
      values.statistics = Array(newValue.prefix(3))
      signal.statistics = Array(newValue.dropFirst(3))
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&baseline, "baseline", visit)
  }
}
