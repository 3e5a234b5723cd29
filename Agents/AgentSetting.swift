import ReinforcementLearning

/// What an agent is made for.
public struct AgentSetting<ActionSpace: Space>: Sendable {
  /// The bounds of the observations.
  public var observationSpace: Box
  /// The actions.
  public var actionSpace: ActionSpace
  /// The time limit in steps, `nil` without one.
  public var timeLimit: Int?
  public var hyperparameters: Hyperparameters

  public init(
    observationSpace: Box, actionSpace: ActionSpace, timeLimit: Int?,
    hyperparameters: Hyperparameters
  ) {
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.timeLimit = timeLimit
    self.hyperparameters = hyperparameters
  }
}
