import State

/// An episode, or a part of one, as an agent lived it: T observations, actions and rewards.
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

  /// How many steps of the episode came before these: 0 unless its beginning is missing.
  public var firstStep = 0

  /// Whether the last action ended the process itself.
  public var isTerminated = false

  /// Whether it was cut from outside, such as by a time limit or because a batch was complete.
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
    try visitor.visit("first_step", &firstStep, in: 0...Int.max)
    try visitor.visit("is_terminated", &isTerminated)
    try visitor.visit("is_truncated", &isTruncated)
    try visitor.check(
      actions.count == length && observations.count == length * observationCount
        && [0, observationCount].contains(finalObservation.count),
      "\(observations.count) scalars and \(actions.count) actions in \(length) steps")
  }
}

extension StateVisitor {
  /// Visits episodes, of which there may be another number afterwards.
  mutating func visit<Action>(
    _ name: String, _ episodes: inout [Episode<Action>]
  ) throws(Failure) {
    var widths = episodes.map(\.observationCount)
    try visit("\(name)_widths", &widths)
    try check(widths.allSatisfy { $0 > 0 }, "\(widths) are no widths of episodes")
    if widths.count != episodes.count { episodes = widths.map { Episode(observationCount: $0) } }
    for index in episodes.indices { try visit("\(name)_\(index)", &episodes[index]) }
  }
}
