import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// An agent whose parameters can be listed and saved.
public typealias TrainableAgent<Action> = Agent<Action> & Module

/// An agent with a categorical policy that follows estimates of the policy gradient.
public protocol PolicyGradientAgent: TrainableAgent<Int> {
  var policy: CategoricalPolicy { get set }
}

/// What an agent is made for.
public struct AgentSetting: Sendable {
  /// The bounds of the observations.
  public var observationSpace: Box
  /// The actions.
  public var actionSpace: Discrete
  /// The time limit in steps, `nil` without one.
  public var timeLimit: Int?
  public var hyperparameters: Hyperparameters

  public init(
    observationSpace: Box, actionSpace: Discrete, timeLimit: Int?,
    hyperparameters: Hyperparameters
  ) {
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.timeLimit = timeLimit
    self.hyperparameters = hyperparameters
  }
}

/// A learning algorithm by name.
public struct Algorithm: Sendable {
  /// The name on the command line.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// Makes an untrained agent; its initial weights come from the generator.
  public let makeAgent: @Sendable (AgentSetting, inout PCG64) -> any TrainableAgent<Int>

  public init(
    name: String, summary: String,
    makeAgent: @escaping @Sendable (AgentSetting, inout PCG64) -> any TrainableAgent<Int>
  ) {
    self.name = name
    self.summary = summary
    self.makeAgent = makeAgent
  }

  /// The algorithms of this package.
  public static let all = [
    Algorithm(name: "relax", summary: "RELAX: policy gradient with a learned control variate") {
      RELAXAgent($0, using: &$1)
    },
    Algorithm(name: "a2c", summary: "A2C: policy gradient with a fitted state value") {
      A2CAgent($0, using: &$1)
    },
    Algorithm(name: "reinforce", summary: "REINFORCE: policy gradient without a baseline") {
      REINFORCEAgent($0, using: &$1)
    },
  ]
}
