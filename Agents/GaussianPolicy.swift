import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// Where the standard deviations of a Gaussian policy come from.
public enum ActionScale: String, Sendable, Codable, CaseIterable {
  /// A parameter for each scalar of the action, the same in all states.
  case parameter
  /// Outputs of the network beside the means.
  case head
}

/// π(a | s): a network from scaled observations to the means of independent Gaussians, and their
/// standard deviations.
///
/// Its actions have no bounds; the environment gets the nearest action that it allows
/// (`ClipAction`), while learning goes on with the action that was drawn and its probability.
public struct GaussianPolicy: Policy {
  public var scaler: ObservationScaler
  /// To the means, and to log σ beside them where that has a head; [rows, count or 2 · count].
  public var network: MLP
  /// log σ of each scalar of the action, or what is added to the network's where that has a head.
  public var logScale: Tensor
  private let hasHead: Bool
  private var memory: ActionMemory
  private var noise: [Float]

  /// A policy that starts with means near 0 and σ as in the settings: the last layer is a hundredth
  /// of orthogonal.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    let hyperparameters = setting.hyperparameters
    let count = setting.actionSpace.count
    hasHead = hyperparameters.actionScale == .head
    scaler = ObservationScaler(setting)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [hasHead ? 2 * count : count],
      activation: hyperparameters.activation, output: .orthogonal(gain: 0.01), using: &generator)
    logScale = Tensor(
      repeating: Float(log(hyperparameters.initialStandardDeviation)), shape: [count])
    memory = ActionMemory(for: network)
    noise = [Float](repeating: 0, count: count)
  }

  /// The number of scalars of an action.
  public var sampleWidth: Int { noise.count }

  /// Means and log σ for scaled observations [rows, width]: parameters [rows, 2 · count].
  public func callAsFunction(_ states: Tensor) -> DiagonalGaussian {
    let output = network(states)
    guard hasHead else {
      return DiagonalGaussian(
        mean: output, logScale: logScale.repeatedAsRows(output.shape[0]))
    }
    let count = sampleWidth
    return DiagonalGaussian(
      mean: output.columns(0..<count),
      logScale: output.columns(count..<2 * count).addingToRows(logScale))
  }

  /// The actions as they were drawn, [actions, count].
  public func samples(of actions: [[Float]]) -> Tensor {
    Tensor(actions.flatMap { $0 }, shape: [actions.count, sampleWidth])
  }

  /// Chooses an action for one observation: a draw, or the mean.
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Float] {
    memory.evaluate(network, at: observation, scaler)
    let (count, outputs) = (sampleWidth, memory.outputs)
    if isGreedy { return Array(outputs[..<count]) }
    noise.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
    return logScale.values.withUnsafeBufferPointer { logScale in
      (0..<count).map { i in
        outputs[i] + exp(logScale[i] + (hasHead ? outputs[count + i] : 0)) * noise[i]
      }
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
    visit("log_scale", &logScale)
  }
}

extension Box: PolicySpace {
  public typealias StandardPolicy = GaussianPolicy

  public static var kind: String { "Box" }

  public var sampleWidth: Int { count }

  public var summary: String { "\(count) continuous" }

  /// The environment with the nearest action that it allows in the place of any other.
  public static func accommodating(
    _ environment: some Environment<Box>
  ) -> any Environment<Box> { ClipAction(environment) }
}
