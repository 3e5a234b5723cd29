import ReinforcementLearning

/// What an agent is made for.
public struct AgentSetting<ActionSpace: Space>: Sendable {
  /// The bounds of the observations.
  public var observationSpace: Box
  /// The actions.
  public var actionSpace: ActionSpace
  /// The scalars of an observation that tell which actions are allowed; `nil` where all are.
  public var actionMask: Range<Int>?
  /// The time limit in steps, `nil` without one.
  public var timeLimit: Int?
  public var hyperparameters: Hyperparameters

  public init(
    observationSpace: Box, actionSpace: ActionSpace, actionMask: Range<Int>? = nil,
    timeLimit: Int?, hyperparameters: Hyperparameters
  ) {
    precondition(
      actionSpace.accepts(mask: actionMask, observationCount: observationSpace.count),
      "AgentSetting: a mask \(actionMask ?? 0..<0) for \(observationSpace.count) scalars and \(actionSpace)"
    )
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.actionMask = actionMask
    self.timeLimit = timeLimit
    self.hyperparameters = hyperparameters
  }

  /// What an agent for an environment is made for.
  ///
  /// - Parameters:
  ///   - environment: Where the spaces and the mask of actions come from.
  ///   - timeLimit: The time limit in steps, `nil` without one.
  ///   - hyperparameters: The settings.
  public init(
    for environment: some Environment<ActionSpace>, timeLimit: Int?,
    hyperparameters: Hyperparameters
  ) {
    self.init(
      observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
      actionMask: environment.actionMask, timeLimit: timeLimit, hyperparameters: hyperparameters)
  }
}
