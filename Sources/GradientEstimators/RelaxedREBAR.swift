import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers

/// Relaxed REBAR: f at soft samples plus a network r as the control variate.
///
///     ĝ = (f(b) − c(z̃)) ∂log p(b | θ)/∂θ + ∂[c(z) − c(z̃)]/∂θ,   c(z) = η [f(σ(z / λ)) + r(z)]
///
/// η, λ and r descend ‖ĝ‖². W. Grathwohl, D. Choi, Y. Wu, G. Roeder, D. Duvenaud, "Backpropagation
/// through the Void", ICLR 2018 (arXiv:1711.00123), section 3.3; the "RELAX" of its autoencoders.
public struct RelaxedREBAR: RelaxationControlledEstimator, SofteningEstimator {
  public static let traits = EstimatorTraits(
    name: "relaxed-rebar", summary: "REBAR plus a learned residual: c(z) = η [f(σ(z/λ)) + r(z)]",
    evaluationCount: 2, needsDifferentiable: true, supports: [.bernoulli, .categorical])

  /// η and λ.
  public var rebar: REBAR
  /// r; its own temperature is that of its input.
  public var residual: RelaxedControlVariate

  public init(rebar: REBAR, residual: RelaxedControlVariate) {
    self.rebar = rebar
    self.residual = residual
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(
      rebar: REBAR(setting, using: &generator),
      residual: RELAX(setting, using: &generator).controlVariate)
  }

  public var coupling: NoiseCoupling { rebar.coupling }

  public var logTemperature: Tensor { rebar.logTemperature }

  public var isAdapting: Bool { rebar.isAdapting }

  public func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor {
    let soft = distribution.soft(z, logTemperature: rebar.logTemperature)
    let r = residual(problem.context, relaxation: z) {
      2 * distribution.soft($0, logTemperature: $1) - 1
    }
    return (problem.frozenValue(atSoft: soft) + r).scaled(by: rebar.coefficient)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&rebar, "rebar", visit)
    Self.visit(&residual, "residual", visit)
  }
}
