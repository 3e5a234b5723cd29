import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to the logits of a categorical distribution.
public struct CategoricalPolicy: Policy {
  public var scaler: ObservationScaler
  public var network: MLP
  /// The action of the first logit.
  private let firstAction: Int
  private var scratch = MLPScratch()
  private var row: [Float]
  private var probabilities: [Float]

  /// A policy that starts near uniform: the last layer is a hundredth of orthogonal.
  public init(_ setting: AgentSetting<Discrete>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    let actionSpace = setting.actionSpace
    scaler = ObservationScaler(hyperparameters.observationScaling, space: setting.observationSpace)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [actionSpace.count],
      activation: hyperparameters.activation, output: .orthogonal(gain: 0.01), using: &generator)
    row = [Float](repeating: 0, count: scaler.width)
    probabilities = [Float](repeating: 0, count: actionSpace.count)
    firstAction = actionSpace.start
  }

  /// The number of actions K.
  public var sampleWidth: Int { probabilities.count }

  /// Logits for scaled observations [rows, width]: [rows, actions].
  public func callAsFunction(_ states: Tensor) -> OneHotCategorical {
    OneHotCategorical(logits: network(states))
  }

  /// A row for each action with a 1 in its column, [actions, K].
  public func samples(of actions: [Int]) -> Tensor {
    let width = probabilities.count
    var rows = [Float](repeating: 0, count: actions.count * width)
    for (row, action) in actions.enumerated() { rows[row * width + action - firstAction] = 1 }
    return Tensor(rows, shape: [actions.count, width])
  }

  /// Chooses an action for one observation, without allocating.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int {
    row.withUnsafeMutableBufferPointer { row in
      probabilities.withUnsafeMutableBufferPointer { values in
        guard let input = row.baseAddress, let logits = values.baseAddress else {
          return firstAction
        }
        scaler.apply(observation, to: input)
        network.apply(input, logits, scratch: &scratch)
        var top = 0
        for i in 1..<values.count where values[i] > values[top] { top = i }
        if isGreedy { return firstAction + top }
        let highest = values[top]
        var total: Float = 0
        for i in 0..<values.count {
          values[i] = exp(values[i] - highest)
          total += values[i]
        }
        // The first category whose cumulative probability exceeds a uniform draw.
        var remaining = generator.randomFloat() * total
        for i in 0..<values.count - 1 {
          remaining -= values[i]
          if remaining < 0 { return firstAction + i }
        }
        // Rounding must not choose an action that is impossible.
        return firstAction + (values[values.count - 1] > 0 ? values.count - 1 : top)
      }
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
