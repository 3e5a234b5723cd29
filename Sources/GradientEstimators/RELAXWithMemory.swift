import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// RELAX with a memory: the control variate is fitted by regression to every evaluation of f so far, and
/// its weight η and temperature τ alone descend the variance.
///
///     ĝ = (f(b) − m − C(x) − E[h] − η Δh(x, z̃)) ∂log p(b | θ)/∂θ + η ∂[h(x, z) − h(x, z̃)]/∂θ,
///     Δh(x, z) = h(x, z) − E[h]
///
/// RELAX takes one step along a noisy ∂‖ĝ‖²/∂φ for each evaluation, and forgets it; in training it lags
/// behind θ for that. The equation is number 8 of W. Grathwohl, D. Choi, Y. Wu, G. Roeder, D. Duvenaud,
/// "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123); the fit is this package's own.
///
/// Where b is Gaussian, z is b and z̃ the constant b: ĝ is LAX, equation 6, with a memory.
public struct RELAXWithMemory: RelaxationControlledEstimator, MemoryEstimator {
  public static let traits = EstimatorTraits(
    name: "relax-memory", summary: "RELAX, c fitted by regression to all evaluations of f so far",
    evaluationCount: 1, supports: [.bernoulli, .categorical, .gaussian])

  public var regression: SampleRegression
  public var weights: SurrogateWeights
  /// log τ
  public var logTemperature: Tensor
  public let coupling: NoiseCoupling

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    regression = SampleRegression(setting, using: &generator)
    weights = SurrogateWeights(for: regression.surrogate)
    logTemperature = Tensor(setting.temperature).log()
    coupling = setting.coupling
  }

  public var isAdapting: Bool { weights.areRecorded }

  public func baseline(of problem: EstimationProblem) -> Tensor? {
    regression.baseline(
      problem.context, regression.surrogate(at: problem.context, of: problem.distribution))
  }

  public func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor {
    regression.surrogate(at: problem.context, of: distribution)(
      distribution.soft(z, logTemperature: logTemperature), weights: weights)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&weights, "weight", visit)
    visit("log_temperature", &logTemperature)
  }
}
