import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// An estimator of ∂E[f(b)]/∂θ, b ~ p(b | θ), from samples of b.
///
/// An adaptive estimator is a module: its parameters φ, such as a baseline's or a control variate's,
/// are trained on `adaptationLoss(of:)` by any optimiser. An estimate taken at
/// `estimator.asVariables()` is recorded as a function of φ; one taken at the estimator itself is
/// not, and costs less.
///
/// ```swift
/// let variables = estimator.asVariables()
/// let estimate = try variables.estimate(problem, using: &generator)
/// let slopes = gradients(of: estimate.surrogate, withRespectTo: parametersOfTheModel)
/// if let loss = variables.adaptationLoss(of: estimate) {
///   optimizer.update(
///     &estimator, along: gradients(of: loss, withRespectTo: variables.parameters),
///     learningRate: 0.01)
/// }
/// estimator.observe(estimate)
/// ```
public protocol GradientEstimator: Module {
  /// What is to be known about every estimator of this type.
  static var traits: EstimatorTraits { get }

  /// The estimator with its usual settings.
  init(_ setting: EstimatorSetting, using generator: inout PCG64)

  /// One estimate for each row of the problem.
  ///
  /// - Throws: `Failure` where the problem is not one that the estimator can take.
  func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate

  /// The scalar that φ descends, from an estimate taken at variables φ; `nil` without parameters.
  ///
  /// Unless the estimator says otherwise it is the mean over the rows of ‖ĝ‖²: E[ĝ] does not depend
  /// on φ where ĝ is unbiased, so the slope of E‖ĝ‖² is that of the variance.
  func adaptationLoss(of estimate: GradientEstimate) -> Tensor?

  /// Takes the values of f that an estimate has met into running statistics. Called after the
  /// estimate was used, and never during a measurement.
  mutating func observe(_ estimate: GradientEstimate)

  /// The numbers besides the parameters that an estimate depends on, such as running means, and the
  /// weights of what is fitted by other means; empty without any. What is set must have been read from
  /// an estimator of the same settings.
  var runningStatistics: [Double] { get set }

  /// Replaces what has been learned by large random numbers, with which an error in the estimate shows
  /// as a bias.
  mutating func randomize(using generator: inout PCG64)
}

/// An estimator that evaluates f at soft samples of a trained or annealed temperature λ.
///
/// Where f draws further variables given b and another estimator is responsible for these, f is
/// softened in them by that estimator's λ.
public protocol SofteningEstimator: GradientEstimator {
  /// log λ, a scalar.
  var logTemperature: Tensor { get }
}

extension GradientEstimator {
  public func adaptationLoss(of estimate: GradientEstimate) -> Tensor? {
    guard parameterCount > 0 else { return nil }
    return (1 / Float(estimate.gradient.shape[0])) * estimate.gradient.squaredNorm()
  }

  public mutating func observe(_ estimate: GradientEstimate) {}

  public var runningStatistics: [Double] {
    get { [] }
    set { precondition(newValue.isEmpty, "\(Self.traits.name) has no running statistics") }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {}

  /// The parameters and the running statistics.
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
    var statistics = runningStatistics
    if statistics.isEmpty { return }
    let count = statistics.count
    try visitor.visit("statistics", &statistics)
    try visitor.check(statistics.count == count, "\(statistics.count) running statistics")
    runningStatistics = statistics
  }
}

/// What is to be known about an estimator before it is used.
public struct EstimatorTraits: Sendable {
  /// The kinds of distribution that estimators tell apart.
  public enum Support: String, Sendable, CaseIterable {
    case bernoulli, categorical, gaussian
  }

  /// The name on the command line: "relaxed-rebar".
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// Whether E[ĝ] = ∂E[f(b)]/∂θ whatever its parameters are.
  public let isUnbiased: Bool
  /// How often f is evaluated for an estimate, soft samples included; `nil` where the number depends
  /// on the distribution.
  public let evaluationCount: Int?
  /// Whether f has to be differentiable in b.
  public let needsDifferentiable: Bool
  /// The distributions it is defined for.
  public let supports: Set<Support>

  public init(
    name: String, summary: String, isUnbiased: Bool = true, evaluationCount: Int?,
    needsDifferentiable: Bool = false, supports: Set<Support>
  ) {
    self.name = name
    self.summary = summary
    self.isUnbiased = isUnbiased
    self.evaluationCount = evaluationCount
    self.needsDifferentiable = needsDifferentiable
    self.supports = supports
  }
}

/// What an estimator with the usual settings is made for.
public struct EstimatorSetting: Sendable {
  /// The number of scalars in a sample b.
  public var sampleWidth: Int
  /// The number of scalars in a row of the context; 0 without one.
  public var contextWidth: Int
  /// The hidden layers of baselines and control variates, which are tanh networks.
  public var hiddenSizes: [Int]
  /// The temperature λ of relaxations, where it starts; 0, which a tiny number is as a `Float`, makes
  /// soft samples hard, without a slope.
  public var temperature: Float
  /// The size that values of f have, the unit of learned control variates.
  public var objectiveScale: Float
  /// How many samples estimators take that can take several.
  public var sampleCount: Int
  /// Whether relaxations share their noise with their conditionals.
  public var coupling: NoiseCoupling
  /// How an estimator with a memory learns.
  public var memory = Memory()

  /// How an estimator with a memory learns f from its values.
  public struct Memory: Sendable {
    /// How many evaluations of f it holds.
    public var capacity = 100_000
    /// How many mini-batches it learns from after each estimate.
    public var fitSteps = 4
    /// How many evaluations a mini-batch has.
    public var batchSize = 64
    /// The step size of that (Adam).
    public var learningRate: Float = 0.003
    /// Whether a network of x and b is learned, beside what is linear in b.
    public var hasNetwork = true
    /// Whether the slopes in b are linear in the context, and not constant.
    public var hasContextSlopes = true
    /// The rank of what is learned about two variables of b together; 0 for nothing.
    public var interactionRank = 0
    /// Whether the baseline C is fitted to the memory together with h; otherwise it follows E[f], by one step from
    /// each new evaluation: where a context comes back only after a long while, C would know those of the memory by
    /// heart.
    public var remembersContexts = true
    /// The samples, at which f is not evaluated, from which ∂E[h]/∂θ of the network is taken, and E[h] where b is
    /// continuous.
    public var expectationDraws = 16

    public init() {}
  }

  public init(
    sampleWidth: Int, contextWidth: Int = 0, hiddenSizes: [Int] = [10], temperature: Float = 0.5,
    objectiveScale: Float = 1, sampleCount: Int = 2, coupling: NoiseCoupling = .coupled
  ) {
    precondition(
      sampleWidth > 0 && temperature >= 0 && sampleCount > 1,
      """
      EstimatorSetting: samples of width \(sampleWidth), temperature \(temperature) and \
      \(sampleCount) samples; the first must be positive, the second not negative, the last at \
      least 2
      """)
    self.sampleWidth = sampleWidth
    self.contextWidth = contextWidth
    self.hiddenSizes = hiddenSizes
    self.temperature = temperature
    self.objectiveScale = objectiveScale
    self.sampleCount = sampleCount
    self.coupling = coupling
  }
}
