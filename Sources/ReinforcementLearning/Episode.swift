/// One episode as an agent lived it: T observations, actions and rewards.
public struct Episode<Action: Sendable>: Sendable {
  /// How many scalars an observation has.
  public let observationCount: Int

  /// The observations that the actions were chosen at, T rows of `observationCount` scalars.
  public var observations: [Float] = []

  /// The actions taken, T of them.
  public var actions: [Action] = []

  /// The rewards received for them, T of them.
  public var rewards: [Float] = []

  /// Whether the last action ended the process itself.
  public var isTerminated = false

  /// Whether the episode was cut from outside, such as by a time limit.
  public var isTruncated = false

  /// An episode without any steps yet.
  public init(observationCount: Int) { self.observationCount = observationCount }

  /// The number of steps T.
  public var length: Int { rewards.count }

  /// The undiscounted sum of the rewards.
  public var totalReward: Double { rewards.reduce(0) { $0 + Double($1) } }
}
