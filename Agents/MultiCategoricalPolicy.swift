import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to the logits of several independent choices.
///
/// The samples have a block of columns for each choice, all of the width of the longest; what a shorter
/// choice lacks has no probability.
public struct MultiCategoricalPolicy: Policy {
  public var scaler: ObservationScaler
  public var network: MLP
  private let counts: [Int]
  /// The longest choice.
  private let width: Int
  /// Moves logits to their columns, [Σ counts, choices · width], and what the columns without any get;
  /// absent where all choices are of one length.
  private let padding: (placement: Tensor, logits: Tensor)?
  private let mask: ActionMask
  /// The logit of what a shorter choice lacks: below those of values that a mask forbids, which are left where
  /// it forbids all.
  private static let absent = -3 * ActionMask.distance
  private var memory: ActionMemory

  /// A policy that starts near uniform: the last layer is a hundredth of orthogonal.
  public init(_ setting: AgentSetting<MultiDiscrete>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    counts = setting.actionSpace.counts
    let (total, width) = (counts.reduce(0, +), counts.max() ?? 1)
    self.width = width
    scaler = ObservationScaler(setting)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [total],
      activation: hyperparameters.activation, output: .orthogonal(gain: 0.01), using: &generator)
    memory = ActionMemory(for: network)
    mask = ActionMask(setting.actionMask)
    let columns = counts.count * width
    if total == columns {
      padding = nil
    } else {
      var placement = [Float](repeating: 0, count: total * columns)
      var logits = [Float](repeating: Self.absent, count: columns)
      var row = 0
      for (choice, count) in counts.enumerated() {
        for value in 0..<count {
          placement[row * columns + choice * width + value] = 1
          logits[choice * width + value] = 0
          row += 1
        }
      }
      padding = (Tensor(placement, shape: [total, columns]), Tensor(logits))
    }
  }

  /// The number of columns of all blocks.
  public var sampleWidth: Int { counts.count * width }

  /// Logits for scaled observations [rows, width]: [rows, sampleWidth]; values that a mask forbids have no
  /// probability.
  public func callAsFunction(_ states: Tensor) -> OneHotCategorical {
    var logits = mask.forbidding(network(states), in: states)
    if let padding {
      logits = logits.matrixProduct(padding.placement).addingToRows(padding.logits)
    }
    return OneHotCategorical(logits: logits, categoryCount: width)
  }

  /// A row for each action with a 1 in each block, [actions, sampleWidth].
  public func samples(of actions: [[Int]]) -> Tensor {
    var rows = [Float](repeating: 0, count: actions.count * sampleWidth)
    for (row, action) in actions.enumerated() {
      for (choice, value) in action.enumerated() {
        rows[row * sampleWidth + choice * width + value] = 1
      }
    }
    return Tensor(rows, shape: [actions.count, sampleWidth])
  }

  /// Makes all choices for one observation.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Int] {
    memory.evaluate(network, at: observation, scaler)
    mask.forbid(in: &memory.outputs, on: observation)
    return memory.outputs.withUnsafeMutableBufferPointer { logits in
      var start = 0
      return counts.map { count in
        defer { start += count }
        return chooseCategory(
          UnsafeMutableBufferPointer(rebasing: logits[start..<start + count]), isGreedy: isGreedy,
          using: &generator)
      }
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}

extension MultiDiscrete: PolicySpace {
  public typealias StandardPolicy = MultiCategoricalPolicy

  public static var kind: String { "MultiDiscrete" }

  public var sampleWidth: Int { counts.count * (counts.max() ?? 1) }

  public var summary: String { "\(counts.map { "\($0)" }.joined(separator: " × "))" }
}
