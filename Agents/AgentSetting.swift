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
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.actionMask = actionMask
    self.timeLimit = timeLimit
    self.hyperparameters = hyperparameters
  }
}
