import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to the logits of a categorical distribution.
public struct CategoricalPolicy: Policy {
  public var scaler: ObservationScaler
  public var network: MLP
  /// The action of the first logit.
  private let firstAction: Int
  private let mask: ActionMask
  private var memory: ActionMemory

  /// A policy that starts near uniform: the last layer is a hundredth of orthogonal.
  public init(_ setting: AgentSetting<Discrete>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    let actionSpace = setting.actionSpace
    scaler = ObservationScaler(setting)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [actionSpace.count],
      activation: hyperparameters.activation, output: .orthogonal(gain: 0.01), using: &generator)
    memory = ActionMemory(for: network)
    firstAction = actionSpace.start
    mask = ActionMask(setting.actionMask)
  }

  /// The number of actions K.
  public var sampleWidth: Int { network.outputCount }

  /// Logits for scaled observations [rows, width]: [rows, actions]; actions that a mask forbids have no
  /// probability.
  public func callAsFunction(_ states: Tensor) -> OneHotCategorical {
    OneHotCategorical(logits: mask.forbidding(network(states), in: states))
  }

  /// A row for each action with a 1 in its column, [actions, K].
  public func samples(of actions: [Int]) -> Tensor {
    let width = sampleWidth
    var rows = [Float](repeating: 0, count: actions.count * width)
    for (row, action) in actions.enumerated() { rows[row * width + action - firstAction] = 1 }
    return Tensor(rows, shape: [actions.count, width])
  }

  /// Chooses an action for one observation, without allocating.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int {
    memory.evaluate(network, at: observation, scaler)
    mask.forbid(in: &memory.outputs, on: observation)
    return memory.outputs.withUnsafeMutableBufferPointer {
      firstAction + chooseCategory($0, isGreedy: isGreedy, using: &generator)
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}

extension Discrete: PolicySpace {
  public typealias StandardPolicy = CategoricalPolicy

  public static var kind: String { "Discrete" }

  /// A scalar for each action.
  public var sampleWidth: Int { count }

  public var summary: String { "\(count)" }
}
