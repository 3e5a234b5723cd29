import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// An agent whose parameters can be listed and saved.
public typealias TrainableAgent<Action> = Agent<Action> & Module

/// An agent with a policy that follows estimates of the policy gradient.
public protocol PolicyGradientAgent<ActionPolicy>: Agent, Module
where Action == ActionPolicy.ActionSpace.Element {
  associatedtype ActionPolicy: Policy

  var policy: ActionPolicy { get set }

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  init(_ setting: AgentSetting<ActionPolicy.ActionSpace>, using generator: inout PCG64)
}

extension PolicyGradientAgent {
  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> ActionPolicy.ActionSpace.Element {
    policy.act(on: observation, isGreedy: isGreedy, using: &generator)
  }
}

/// The agents of one algorithm, one for each kind of actions that it can choose from.
public protocol AgentFamily: Sendable {
  /// Makes an untrained agent; `nil` where there is none for such actions.
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)?
}

/// A learning algorithm by name.
public struct Algorithm: Sendable {
  /// The parts of `Hyperparameters` that an algorithm may use.
  public enum Part: Sendable, CaseIterable {
    /// The policy and its steps.
    case policy
    /// A value that is fitted to returns.
    case value
    /// What takes the place of later rewards in the advantages over that value.
    case advantages
    /// The window of recent episodes that it is fitted on, and the steps of that fit.
    case window
    /// Epochs over a batch with a clipped objective.
    case proximal
    /// What is fitted to the variance of the gradient, and action values.
    case controlVariate
    /// The memory of returns, or of temporal differences, that an estimator learns from.
    case memory
    /// The memory of transitions, how much is learned from it, and target networks.
    case replay
    /// The weight of the returns beside the slope of what is fitted.
    case residual
    /// The critics of continuous actions.
    case critic
    /// Noise in continuous actions, and how far the policy is held back for it.
    case exploration
    /// The values of a few actions, and how often another one is taken than the best.
    case epsilonGreedy
  }

  /// The name on the command line.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// The settings that have a part in it.
  public let parts: Set<Part>
  /// Whether parts of episodes are enough for it, since it puts values in the place of later rewards.
  public var learnsFromParts: Bool { parts.contains(.proximal) || learnsFromReplayAlone }
  /// Whether all that it learns comes from replay.
  private var learnsFromReplayAlone: Bool { parts.contains(.replay) && !parts.contains(.window) }
  /// Its agents.
  public let family: any AgentFamily

  /// An algorithm for several kinds of actions.
  public init(
    name: String, summary: String, parts: Set<Part> = Set(Part.allCases),
    family: some AgentFamily
  ) {
    self.name = name
    self.summary = summary
    self.parts = parts
    self.family = family
  }

  /// An algorithm for one kind of actions.
  ///
  /// ```swift
  /// Algorithm(name: "mine", summary: "My own") { setting, generator in
  ///   MyAgent(actionCount: setting.actionSpace.count)  // an Agent<Int>
  /// }
  /// ```
  ///
  /// - Parameter makeAgent: Makes an untrained agent, whose initial weights come from the generator.
  public init<S: PolicySpace>(
    name: String, summary: String, parts: Set<Part> = Set(Part.allCases),
    makeAgent:
      @escaping @Sendable (AgentSetting<S>, inout PCG64) -> any TrainableAgent<S.Element>
  ) {
    self.init(
      name: name, summary: summary, parts: parts, family: SingleFamily(maker: makeAgent))
  }

  /// Makes an untrained agent; `nil` where the algorithm has none for such actions.
  ///
  /// - Parameters:
  ///   - setting: What it is made for.
  ///   - generator: Where its initial weights come from.
  public func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    family.makeAgent(setting, using: &generator)
  }

  /// Whether it has agents for such actions.
  public func supports<S: PolicySpace>(_ actions: S) -> Bool {
    var generator = PCG64(seed: 0)
    var hyperparameters = Hyperparameters()
    (hyperparameters.hiddenSizes, hyperparameters.controlVariateHiddenSizes) = ([], [])
    let setting = AgentSetting(
      observationSpace: Box(low: -1, high: 1, count: 1), actionSpace: actions, timeLimit: nil,
      hyperparameters: hyperparameters)
    return makeAgent(setting, using: &generator) != nil
  }
}

/// Agents for the actions of the space `Own` alone.
private struct SingleFamily<Own: PolicySpace>: AgentFamily {
  let maker: @Sendable (AgentSetting<Own>, inout PCG64) -> any TrainableAgent<Own.Element>

  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    guard let setting = setting as? AgentSetting<Own> else { return nil }
    return maker(setting, &generator) as? any TrainableAgent<S.Element>
  }
}
