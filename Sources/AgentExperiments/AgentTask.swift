import Agents
import Foundation
import ReinforcementLearning
import SavedAgents
import State

/// Where an agent with discrete actions trains: an environment, wrapped as a run asks for.
public struct AgentTask: Sendable {
  public let specification: EnvironmentSpecification
  public let actionRepeat: Int
  public let observationSpace: Box
  public let actionSpace: Discrete

  /// Tries the environment out.
  ///
  /// - Parameters:
  ///   - specification: The environment.
  ///   - actionRepeat: How often an action is taken in a row.
  ///   - environments: Where to look for another environment to propose.
  /// - Throws: `Failure` if its actions are not discrete or its observations contradict their space.
  public init(
    _ specification: EnvironmentSpecification, actionRepeat: Int,
    environments: EnvironmentRegistry
  ) throws(Failure) {
    guard let environment = specification.make() as? any Environment<Discrete> else {
      let proposal = Self.discreteName(like: specification.name, in: environments)
      throw .usage(
        "\(specification.name) takes continuous actions and the algorithms discrete ones; "
          + (proposal.map { "train in \($0)." } ?? "name an environment with discrete actions."))
    }
    self.specification = specification
    self.actionRepeat = actionRepeat
    observationSpace = environment.observationSpace
    actionSpace = environment.actionSpace
    let count = observationCount(of: environment)
    guard count == observationSpace.count, count > 0 else {
      throw .failed(
        "\(specification.name) gives observations of \(count) scalars, but its observation space "
          + "has \(observationSpace.count); make them agree in the environment.")
    }
  }

  /// What an agent for this task is, once it has trained for some episodes.
  public func description(of configuration: AgentSettings, episodes: Int) -> SavedAgent.Description
  {
    SavedAgent.Description(
      algorithm: configuration.algorithm, environment: specification.name,
      observationCount: observationSpace.count, actionSpace: actionSpace,
      timeLimit: specification.maxEpisodeSteps,
      actionRepeat: actionRepeat, episodes: episodes,
      hyperparameters: configuration.hyperparameters)
  }

  /// What an untrained agent for this task is made from.
  public func setting(_ configuration: AgentSettings) -> AgentSetting<Discrete> {
    AgentSetting(
      observationSpace: observationSpace, actionSpace: actionSpace,
      timeLimit: description(of: configuration, episodes: 0).decisionLimit,
      hyperparameters: configuration.hyperparameters)
  }

  /// A new environment.
  public func makeEnvironment() -> any Environment<Discrete> {
    let environment = specification.make()
    guard let environment = environment as? any Environment<Discrete> else {
      preconditionFailure(
        "\(specification.name) had discrete actions before and now is a \(type(of: environment))")
    }
    return actionRepeat == 1 ? environment : repeated(environment)
  }

  private func repeated(_ environment: some Environment<Discrete>) -> any Environment<Discrete> {
    ActionRepeat(environment, count: actionRepeat)
  }

  /// The environment with discrete actions that shares most of its name's beginning.
  private static func discreteName(
    like name: String, in environments: EnvironmentRegistry
  ) -> String? {
    environments.specifications
      .map { (specification: $0, shared: $0.name.commonPrefix(with: name).count) }
      .sorted { $0.shared > $1.shared }
      .first { $0.shared > 0 && $0.specification.make() is any Environment<Discrete> }?
      .specification.name
  }
}

/// How many scalars the environment's observations have in fact.
private func observationCount(of environment: some Environment) -> Int {
  var environment = environment
  return environment.reset(seed: 0).observationCount
}
