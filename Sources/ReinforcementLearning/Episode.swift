import State

/// One episode as an agent lived it: T observations, actions and rewards.
public struct Episode<Action: Codable & Sendable>: Sendable {
  /// How many scalars an observation has.
  public let observationCount: Int

  /// The observations that the actions were chosen at, T rows of `observationCount` scalars.
  public var observations: [Float] = []

  /// What was observed after the last action, `observationCount` scalars: what a value of the rest is
  /// taken at where the episode was cut and not terminated. Empty before the episode's end.
  public var finalObservation: [Float] = []

  /// The actions taken, T of them.
  public var actions: [Action] = []

  /// The rewards received for them, T of them, in the precision of the networks.
  public var rewards: [Float] = []

  /// The undiscounted sum of the rewards as they came: 100 rewards of −0.1 are −10.
  public var totalReward = 0.0

  /// Whether the last action ended the process itself.
  public var isTerminated = false

  /// Whether the episode was cut from outside, such as by a time limit.
  public var isTruncated = false

  /// An episode without any steps yet.
  public init(observationCount: Int) { self.observationCount = observationCount }

  /// The number of steps T.
  public var length: Int { rewards.count }

  /// Adds the reward of a step.
  public mutating func add(reward: Double) {
    rewards.append(Float(reward))
    totalReward += reward
  }
}

extension Episode: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("observations", &observations)
    try visitor.visit("final_observation", &finalObservation)
    try visitor.visit("actions", &actions)
    try visitor.visit("rewards", &rewards)
    try visitor.visit("total_reward", &totalReward)
    try visitor.visit("is_terminated", &isTerminated)
    try visitor.visit("is_truncated", &isTruncated)
    try visitor.check(
      actions.count == length && observations.count == length * observationCount
        && [0, observationCount].contains(finalObservation.count),
      "\(observations.count) scalars and \(actions.count) actions in \(length) steps")
  }
}
