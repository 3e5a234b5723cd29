import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to a Gaussian, squashed by tanh to actions in ±1.
public struct SquashedGaussianActor: Module {
  /// Belongs to the actor, but no gradient reaches it.
  public var scaler: ObservationScaler
  /// Belongs to the actor, but no gradient reaches it.
  public var actionScaler: ActionScaler
  /// The means μ and the logarithms of the scales σ, side by side.
  public var network: MLP
  private var scratch = MLPScratch()
  private var row: [Float]
  private var output: [Float]

  /// The logarithms of the scales are held within these bounds, as in Haarnoja's code.
  private static let logScales: ClosedRange<Float> = -20...2

  /// An untrained actor.
  ///
  /// - Parameters:
  ///   - setting: The spaces and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    scaler = ObservationScaler(setting)
    actionScaler = ActionScaler(setting.actionSpace)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [2 * actionScaler.width],
      activation: hyperparameters.activation, hidden: .fanInUniform, output: .fanInUniform,
      using: &generator)
    row = [Float](repeating: 0, count: scaler.width)
    output = [Float](repeating: 0, count: 2 * actionScaler.width)
  }

  /// The distributions of the actions, in ±1, at scaled observations [rows, width].
  public func callAsFunction(_ states: Tensor) -> SquashedGaussian {
    let parameters = network(states)
    let count = actionScaler.width
    return SquashedGaussian(
      location: parameters.columns(0..<count),
      logScale: parameters.columns(count..<2 * count).clamped(to: Self.logScales))
  }

  /// Chooses an action of the environment for one observation: a draw, or the median.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Float] {
    network.apply(observation, scaledBy: scaler, row: &row, output: &output, scratch: &scratch)
    let count = actionScaler.width
    let action = (0..<count).map { i in
      if isGreedy { return tanh(output[i]) }
      let (low, high) = (Self.logScales.lowerBound, Self.logScales.upperBound)
      let scale = exp(min(max(output[count + i], low), high))
      return tanh(output[i] + scale * Float(generator.standardNormal()))
    }
    return actionScaler.scaled(action)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}
