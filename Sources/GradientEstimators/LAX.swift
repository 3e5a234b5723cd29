import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// LAX: a network c as control variate of a black box, for a b that is continuous itself.
///
///     ĝ = (f(b) − c(b)) ∂log p(b | θ)/∂θ + ∂c(b(ε, θ))/∂θ
///
/// c descends ‖ĝ‖². W. Grathwohl, D. Choi, Y. Wu, G. Roeder, D. Duvenaud, "Backpropagation through
/// the Void", ICLR 2018 (arXiv:1711.00123), equation 6 and algorithm 1.
public struct LAX: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "lax", summary: "score function, learned control variate c(b) of a continuous b",
    evaluationCount: 1, supports: [.gaussian])

  /// c
  public var network: MLP
  /// The factor of the network, which starts at 0.
  public var scale = Tensor(0)

  public init(network: MLP) { self.network = network }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(
      network: MLP(
        sizes: [setting.contextWidth + setting.sampleWidth] + setting.hiddenSizes + [1],
        activation: .tanh, output: .glorotUniform, using: &generator))
  }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    let leaf = try problem.gaussian(for: Self.traits).atLeaf()
    let (sample, values) = problem.draw(using: &generator)
    let score = withoutRecording { leaf.score(of: sample) }
    // One c serves both places: at b as a function of θ it has the value of c(b).
    let b = leaf.reparameterized(sample)
    let input = problem.context.map { .concatenatingColumns([$0, b]) } ?? b
    let c = network(input).reshaped([leaf.rowCount]).scaled(by: scale)
    let isAdapting = scale.isRecorded
    let gradient = controlledGradient(
      advantages: values.detached() - c, score: score, difference: c, leaf: leaf.parameters,
      recorded: isAdapting)
    return GradientEstimate(
      gradient: isAdapting ? gradient : gradient.detached(), values: values, problem: problem)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    visit("scale", &scale)
  }
}
