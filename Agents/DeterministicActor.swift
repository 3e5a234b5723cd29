import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// μ(s): a network from scaled observations to actions in ±1, by a tanh.
public struct DeterministicActor: Module {
  /// Belongs to the actor, but no gradient reaches it.
  public var scaler: ObservationScaler
  /// Belongs to the actor, but no gradient reaches it.
  public var actionScaler: ActionScaler
  public var network: MLP
  private var scratch = MLPScratch()
  private var row: [Float]
  private var output: [Float]

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
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [actionScaler.width],
      activation: hyperparameters.activation, hidden: .fanInUniform, output: .fanInUniform,
      using: &generator)
    row = [Float](repeating: 0, count: scaler.width)
    output = [Float](repeating: 0, count: actionScaler.width)
  }

  /// The actions, in ±1, of scaled observations [rows, width]: [rows, scalars of an action].
  public func callAsFunction(_ states: Tensor) -> Tensor { network(states).tanh() }

  /// Chooses an action of the environment for one observation.
  ///
  /// - Parameters:
  ///   - observation: Its scalars.
  ///   - noise: The standard deviation of the Gaussian noise on each scalar of the action, in halves
  ///     of its range; without it nothing is drawn.
  ///   - generator: Where noise comes from.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, noise: Double, using generator: inout PCG64
  ) -> [Float] {
    network.apply(observation, scaledBy: scaler, row: &row, output: &output, scratch: &scratch)
    var action = Tensor(output).tanh().values
    if noise > 0 {
      for i in action.indices { action[i] += Float(noise * generator.standardNormal()) }
    }
    return actionScaler.scaled(action)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}

extension MLP {
  /// Maps one observation without recording.
  ///
  /// - Parameters:
  ///   - observation: Its scalars.
  ///   - scaler: Makes inputs of them.
  ///   - row: Room for the inputs.
  ///   - output: Room for the outputs.
  ///   - scratch: Working memory.
  func apply(
    _ observation: UnsafeBufferPointer<Float>, scaledBy scaler: ObservationScaler,
    row: inout [Float], output: inout [Float], scratch: inout MLPScratch
  ) {
    row.withUnsafeMutableBufferPointer { row in
      output.withUnsafeMutableBufferPointer { output in
        guard let input = row.baseAddress, let output = output.baseAddress else { return }
        scaler.apply(observation, to: input)
        apply(input, output, scratch: &scratch)
      }
    }
  }
}
