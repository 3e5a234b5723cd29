import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to the logits of independent switches.
public struct BernoulliPolicy: Policy {
  public var scaler: ObservationScaler
  public var network: MLP
  private var memory: ActionMemory

  /// A policy that starts near even odds: the last layer is a hundredth of orthogonal.
  public init(_ setting: AgentSetting<MultiBinary>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    scaler = ObservationScaler(setting)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [setting.actionSpace.count],
      activation: hyperparameters.activation, output: .orthogonal(gain: 0.01), using: &generator)
    memory = ActionMemory(for: network)
  }

  /// The number of switches.
  public var sampleWidth: Int { network.outputCount }

  /// Logits for scaled observations [rows, width]: [rows, switches].
  public func callAsFunction(_ states: Tensor) -> Bernoulli { Bernoulli(logits: network(states)) }

  /// The switches as they were set, [actions, switches].
  public func samples(of actions: [[Int]]) -> Tensor {
    Tensor(actions.flatMap { $0.map { Float($0) } }, shape: [actions.count, sampleWidth])
  }

  /// Sets all switches for one observation: a draw of each, or the likelier value.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Int] {
    memory.evaluate(network, at: observation, scaler)
    return memory.outputs.map { logit in
      if isGreedy { return logit > 0 ? 1 : 0 }
      // 1 with the probability 1 / (1 + exp(−α)).
      return generator.randomFloat() * (1 + exp(-logit)) < 1 ? 1 : 0
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}

extension MultiBinary: PolicySpace {
  public typealias StandardPolicy = BernoulliPolicy

  public static var kind: String { "MultiBinary" }

  public var sampleWidth: Int { count }

  public var summary: String { "\(count) binary" }
}
