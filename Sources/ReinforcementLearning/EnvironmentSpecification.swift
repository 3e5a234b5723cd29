/// What there is to know about an environment before making it.
public struct EnvironmentSpecification: Sendable {
  /// The short name, as on the command line: `cartpole`.
  public var name: String

  /// The ids by which Gymnasium knows the environment: `CartPole-v1`.
  public var gymnasiumIDs: [String]

  /// Further names that the registry answers to.
  public var aliases: [String]

  /// The steps after which `make()` truncates an episode, or `nil` for no limit.
  public var maxEpisodeSteps: Int?

  /// The mean return from which the task counts as solved, or `nil` where nobody has set one.
  public var rewardThreshold: Double?

  /// What the agent is to do, in one line.
  public var summary: String

  /// Makes the environment without a time limit.
  public var makeBase: @Sendable () -> any Environment

  /// Describes an environment.
  ///
  /// - Parameters:
  ///   - name: The short name, as on the command line.
  ///   - gymnasiumIDs: The ids by which Gymnasium knows the environment.
  ///   - aliases: Further names that the registry is to answer to.
  ///   - maxEpisodeSteps: The steps after which an episode is truncated, or `nil` for no limit.
  ///   - rewardThreshold: The mean return from which the task counts as solved, if any.
  ///   - summary: What the agent is to do, in one line.
  ///   - make: Makes the environment, without the time limit; a new one at every call.
  public init(
    name: String, gymnasiumIDs: [String] = [], aliases: [String] = [],
    maxEpisodeSteps: Int? = nil, rewardThreshold: Double? = nil, summary: String = "",
    make: @escaping @Sendable () -> any Environment
  ) {
    self.name = name
    self.gymnasiumIDs = gymnasiumIDs
    self.aliases = aliases
    self.maxEpisodeSteps = maxEpisodeSteps
    self.rewardThreshold = rewardThreshold
    self.summary = summary
    self.makeBase = make
  }

  /// All names that the registry answers to, the short one first.
  public var allNames: [String] { [name] + gymnasiumIDs + aliases }

  /// Makes the environment, in a `TimeLimit` if there is a limit.
  ///
  /// To train with other limits, change `maxEpisodeSteps` in a copy of the specification.
  public func make() -> any Environment {
    let environment = makeBase()
    guard let maxEpisodeSteps else { return environment }
    return limited(environment, to: maxEpisodeSteps)
  }

  // Generic, for only where the type is known by name can it be wrapped.
  private func limited(_ environment: some Environment, to steps: Int) -> any Environment {
    TimeLimit(environment, maxEpisodeSteps: steps)
  }
}
