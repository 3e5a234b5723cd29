import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers

/// RELAX: a network c as control variate of a black box, through the relaxation of b.
///
///     ĝ = (f(b) − c(z̃)) ∂log p(b | θ)/∂θ + ∂[c(z) − c(z̃)]/∂θ
///
/// c sees the soft samples of z, from −1 to 1, and the context. Its weights, its temperature and its
/// scale descend ‖ĝ‖². W. Grathwohl, D. Choi, Y. Wu, G. Roeder, D. Duvenaud, "Backpropagation through
/// the Void", ICLR 2018 (arXiv:1711.00123), equation 8 and algorithm 2.
public struct RELAX: RelaxationControlledEstimator {
  public static let traits = EstimatorTraits(
    name: "relax", summary: "score function, learned control variate c(z) of the relaxation",
    evaluationCount: 1, supports: [.bernoulli, .categorical])

  /// c
  public var controlVariate: RelaxedControlVariate
  public let coupling: NoiseCoupling

  public init(controlVariate: RelaxedControlVariate, coupling: NoiseCoupling = .coupled) {
    self.controlVariate = controlVariate
    self.coupling = coupling
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(
      controlVariate: RelaxedControlVariate(
        contextWidth: setting.contextWidth, sampleWidth: setting.sampleWidth,
        hiddenSizes: setting.hiddenSizes, activation: .tanh, output: .glorotUniform, scale: 0,
        temperature: setting.temperature,
        contextHasOwnWeights: setting.contextWidth > 0 && !setting.hiddenSizes.isEmpty,
        unit: setting.objectiveScale,
        using: &generator),
      coupling: setting.coupling)
  }

  public var isAdapting: Bool { controlVariate.hasVariables }

  public func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor {
    controlVariate(problem.context, relaxation: z) {
      2 * distribution.soft($0, logTemperature: $1) - 1
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&controlVariate, "control_variate", visit)
  }
}
