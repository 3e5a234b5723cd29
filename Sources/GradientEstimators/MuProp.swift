import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// MuProp: the first-order expansion of f about the mean μ = E[b] as the control variate.
///
///     ĝ = (f(b) − f(μ) − f′(μ)·(b − μ) − m − C(x)) ∂log p(b | θ)/∂θ + f′(μ) ∂μ/∂θ
///
/// Where there is a context x, a baseline C(x) is fitted by regression to what the expansion leaves,
/// and m is a running mean, as in NVIL; both are zero otherwise. S. Gu, S. Levine, I. Sutskever,
/// A. Mnih, "MuProp: Unbiased Backpropagation for Stochastic Neural Networks", ICLR 2016
/// (arXiv:1511.05176), equation 6 and section 3.
public struct MuProp: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "muprop", summary: "score function, control variate f linearised about E[b]",
    evaluationCount: 2, needsDifferentiable: true, supports: [.bernoulli, .categorical])

  /// C; `nil` without a context.
  public var baseline: Baseline?
  /// What the running mean keeps of itself at each observation.
  public let decay: Double
  /// Of what the expansion and C(x) leave.
  private var rest = RunningMoments()

  public init(baseline: Baseline? = nil, decay: Double = 0.99) {
    self.baseline = baseline
    self.decay = decay
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(baseline: setting.contextWidth > 0 ? Baseline(setting, using: &generator) : nil)
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let leaf = try problem.relaxable(for: Self.traits).atLeaf()
    let (sample, values) = problem.draw(using: &generator)
    let score = withoutRecording { leaf.score(of: sample) }
    let mean = leaf.mean
    let (center, slope) = problem.valueWithSlope(at: mean, .mean)
    let linear = (slope * (sample - mean.detached())).sumOverColumns()
    var advantages = values.detached() - center.detached() - linear
    var residuals: Tensor?
    if let baseline {
      let fitted = baseline(problem.context, rows: leaf.rowCount) + Float(rest.mean)
      residuals = advantages - fitted
      advantages = advantages - fitted.detached()
    }
    let correction = gradients(of: mean, withRespectTo: [leaf.parameters], cotangent: slope)[0]
    var estimate = GradientEstimate(
      gradient: score.multiplyingRows(by: advantages) + correction, values: values,
      problem: problem)
    estimate.residuals = residuals
    return estimate
  }

  /// The mean of the squares of what the expansion, m and C(x) leave.
  public func adaptationLoss(of estimate: GradientEstimate) -> Tensor? {
    estimate.residuals.map { $0.squared().mean() }
  }

  public mutating func observe(_ estimate: GradientEstimate) {
    if let residuals = estimate.residuals {
      rest.add(residuals + Float(rest.mean), decay: decay)
    }
  }

  public var runningStatistics: [Double] {
    get { rest.statistics }
    set { rest.statistics = newValue }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    if var module = baseline {
      Self.visit(&module, "baseline", visit)
      baseline = module
    }
  }
}
