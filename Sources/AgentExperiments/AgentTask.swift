import Agents
import Foundation
import ReinforcementLearning
import SavedAgents
import State

/// Where an agent trains: an environment, wrapped as a run and a policy ask for.
public struct AgentTask: Sendable {
  public let specification: EnvironmentSpecification
  public let actionRepeat: Int
  public let observationSpace: Box
  public let actionSpace: any PolicySpace
  /// The scalars of an observation that tell which actions are allowed; `nil` where all are.
  public let actionMask: Range<Int>?

  /// Tries the environment out.
  ///
  /// - Parameters:
  ///   - specification: The environment.
  ///   - actionRepeat: How often an action is taken in a row.
  /// - Throws: `Failure` if no policy knows its actions, its observations contradict their space, or its mask
  ///   of actions does not fit them.
  public init(
    _ specification: EnvironmentSpecification, actionRepeat: Int
  ) throws(Failure) {
    let environment = specification.make()
    guard let space = environment.actionSpace as? any PolicySpace else {
      throw .usage(
        "\(specification.name) takes actions of the kind \(type(of: environment.actionSpace)), which "
          + "no policy knows; make the kind conform to PolicySpace.")
    }
    self.specification = specification
    self.actionRepeat = actionRepeat
    observationSpace = environment.observationSpace
    actionSpace = space
    actionMask = environment.actionMask
    let count = observationCount(of: environment)
    guard count == observationSpace.count, count > 0 else {
      throw .failed(
        "\(specification.name) gives observations of \(count) scalars, but its observation space "
          + "has \(observationSpace.count); make them agree in the environment.")
    }
    guard space.accepts(mask: actionMask, observationCount: count) else {
      throw .failed(
        "\(specification.name) has a mask of actions that does not fit observations of \(count) scalars and "
          + "\(space.summary) actions; make it a range of these scalars with one for each discrete action, "
          + "and leave it out for actions of other kinds.")
    }
  }

  /// What an agent for this task is, once it has trained for some episodes.
  public func description(of configuration: AgentSettings, episodes: Int) -> SavedAgent.Description
  {
    SavedAgent.Description(
      algorithm: configuration.algorithm, environment: specification.name,
      observationCount: observationSpace.count, actionSpace: actionSpace,
      actionMask: actionMask, timeLimit: specification.maxEpisodeSteps,
      actionRepeat: actionRepeat, episodes: episodes,
      hyperparameters: configuration.hyperparameters)
  }

  /// What an untrained agent for this task is made from.
  ///
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - actionSpace: This task's.
  public func setting<S: PolicySpace>(
    _ configuration: AgentSettings, _ actionSpace: S
  ) -> AgentSetting<S> {
    AgentSetting(
      observationSpace: observationSpace, actionSpace: actionSpace, actionMask: actionMask,
      timeLimit: description(of: configuration, episodes: 0).decisionLimit,
      hyperparameters: configuration.hyperparameters)
  }

  /// A new environment with actions of this task's kind.
  public func makeEnvironment<S: PolicySpace>(_ actions: S.Type = S.self) -> any Environment<S> {
    let environment = specification.make()
    guard let environment = environment as? any Environment<S> else {
      preconditionFailure(
        "\(specification.name) had the actions \(S.self) before and now is a \(type(of: environment))"
      )
    }
    func accommodated(_ environment: some Environment<S>) -> any Environment<S> {
      S.accommodating(environment)
    }
    let accommodated = accommodated(environment)
    return actionRepeat == 1 ? accommodated : repeated(accommodated)
  }

  private func repeated<S: PolicySpace>(
    _ environment: some Environment<S>
  ) -> any Environment<S> {
    ActionRepeat(environment, count: actionRepeat)
  }

  /// How good an agent is in a new environment of this task.
  ///
  /// - Throws: `Failure` if the agent chooses other actions than this task has.
  public func evaluate<A: Agent>(
    _ agent: A, episodes: Int, seed: UInt64, _ monitor: Monitor = .silent
  ) throws(Failure) -> EvaluationReport {
    func report<S: PolicySpace>(_ actions: S) throws(Failure) -> EvaluationReport {
      guard let agent = agent as? any Agent<S.Element> else {
        throw .failed(
          "The agent chooses actions of the type \(A.Action.self), but \(specification.name) takes "
            + "\(S.Element.self); name an environment with such actions.")
      }
      return try EvaluationReport(
        of: agent, in: { makeEnvironment(S.self) }, episodes: episodes, seed: seed, monitor)
    }
    return try report(actionSpace)
  }
}

/// How many scalars the environment's observations have in fact.
private func observationCount(of environment: some Environment) -> Int {
  var environment = environment
  return environment.reset(seed: 0).observationCount
}

extension AgentSettings {
  /// Where the agent trains.
  ///
  /// - Throws: `Failure` as `AgentTask.init` does, or if there is no such environment.
  public func task(in names: Context) throws(Failure) -> AgentTask {
    try AgentTask(
      names.environments.specification(named: environment), actionRepeat: actionRepeat)
  }
}
