import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// An agent whose parameters can be listed and saved.
public typealias TrainableAgent<Action> = Agent<Action> & Module

/// An agent with a categorical policy that follows estimates of the policy gradient.
public protocol PolicyGradientAgent: TrainableAgent<Int> {
  var policy: CategoricalPolicy { get set }
}

/// A learning algorithm by name.
public struct Algorithm: Sendable {
  /// The parts of `Hyperparameters` that an algorithm may use.
  public enum Part: Sendable, CaseIterable {
    /// The policy and its steps.
    case policy
    /// A value that is fitted to returns, and the window of episodes it is fitted on.
    case value
    /// What is fitted to the variance of the gradient, and action values.
    case controlVariate
    /// The memory of transitions, the critics and target networks that learn from it, and exploration.
    case replay
  }

  /// The name on the command line.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// The settings that have a part in it.
  public let parts: Set<Part>
  /// Makes an untrained agent; its initial weights come from the generator.
  public let makeAgent: @Sendable (AgentSetting<Discrete>, inout PCG64) -> any TrainableAgent<Int>

  public init(
    name: String, summary: String, parts: Set<Part> = Set(Part.allCases),
    makeAgent: @escaping @Sendable (AgentSetting<Discrete>, inout PCG64) -> any TrainableAgent<Int>
  ) {
    self.name = name
    self.summary = summary
    self.parts = parts
    self.makeAgent = makeAgent
  }

  /// The algorithms of this package.
  public static let all = [
    Algorithm(
      name: "relax", summary: "RELAX: policy gradient with a learned control variate",
      parts: [.policy, .value, .controlVariate]
    ) {
      RELAXAgent($0, using: &$1)
    },
    Algorithm(
      name: "a2c", summary: "A2C: policy gradient with a fitted state value",
      parts: [.policy, .value]
    ) {
      A2CAgent($0, using: &$1)
    },
    Algorithm(
      name: "reinforce", summary: "REINFORCE: policy gradient without a baseline", parts: [.policy]
    ) {
      REINFORCEAgent($0, using: &$1)
    },
  ]
}
