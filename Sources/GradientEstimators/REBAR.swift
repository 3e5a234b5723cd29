import Autodiff
import Distributions
import RandomNumbers

/// REBAR: f itself, at soft samples, as the control variate.
///
///     ĝ = (f(b) − η f(s(z̃))) ∂log p(b | θ)/∂θ + η ∂[f(s(z)) − f(s(z̃))]/∂θ,   s(z) = σ(z / λ)
///
/// η and λ descend ‖ĝ‖². G. Tucker, A. Mnih, C. Maddison, J. Lawson, J. Sohl-Dickstein, "REBAR:
/// Low-variance, unbiased gradient estimates for discrete latent variable models", NIPS 2017
/// (arXiv:1703.07370), with the plain Concrete relaxation.
public struct REBAR: RelaxationControlledEstimator, SofteningEstimator {
  public static let traits = EstimatorTraits(
    name: "rebar", summary: "score function, control variate η f(σ(z/λ)), η and λ learned",
    evaluationCount: 2, needsDifferentiable: true, supports: [.bernoulli, .categorical])

  /// η, which starts at 1.
  public var coefficient = Tensor(1)
  /// log λ
  public var logTemperature: Tensor
  public let coupling: NoiseCoupling

  public init(temperature: Float = 0.5, coupling: NoiseCoupling = .coupled) {
    logTemperature = Tensor(temperature).log()
    self.coupling = coupling
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(temperature: setting.temperature, coupling: setting.coupling)
  }

  public var isAdapting: Bool { coefficient.isRecorded }

  public func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor {
    problem.frozenValue(atSoft: distribution.soft(z, logTemperature: logTemperature))
      .scaled(by: coefficient)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("coefficient", &coefficient)
    visit("log_temperature", &logTemperature)
  }
}
