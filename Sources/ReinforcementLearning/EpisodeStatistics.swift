import State

/// Adds up the rewards and steps of each episode.
///
/// The step that ends an episode carries both in its `info`, as `episode_return` and
/// `episode_length`, and the last episodes are kept for averages. Steps after the end belong to
/// no episode and are not counted. Wrap the time limit, not the other way round: what cuts the
/// episode must lie inside.
public struct EpisodeStatistics<Base: Environment>: StepTransformer {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base

  /// How many finished episodes `recentReturns` and `recentLengths` keep.
  public let window: Int

  /// The returns of the last finished episodes, oldest first.
  public private(set) var recentReturns: [Double] = []

  /// The lengths of the last finished episodes in steps, oldest first.
  public private(set) var recentLengths: [Int] = []

  /// How many episodes have been finished.
  public private(set) var episodeCount = 0

  @usableFromInline var runningReturn = 0.0
  @usableFromInline var runningLength = 0
  @usableFromInline var isFinished = false

  /// Keeps the statistics of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - window: How many finished episodes to keep, one at least.
  public init(_ base: Base, window: Int = 100) {
    precondition(window > 0, "The window must hold at least one episode; got \(window).")
    self.base = base
    self.window = window
  }

  /// The sum of the rewards of the current episode so far, undiscounted.
  @inlinable public var episodeReturn: Double { runningReturn }

  /// The number of steps of the current episode so far.
  @inlinable public var episodeLength: Int { runningLength }

  /// The mean of `recentReturns`, or `nil` before the end of the first episode.
  public var meanReturn: Double? {
    recentReturns.isEmpty ? nil : recentReturns.reduce(0, +) / Double(recentReturns.count)
  }

  /// The mean of `recentLengths` in steps, or `nil` before the end of the first episode.
  public var meanLength: Double? {
    recentLengths.isEmpty
      ? nil : Double(recentLengths.reduce(0, +)) / Double(recentLengths.count)
  }

  @inlinable
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Base.Observation {
    runningReturn = 0
    runningLength = 0
    isFinished = false
    return base.reset(seed: seed, options: options)
  }

  @inlinable
  public mutating func transformed(_ step: Step<Base.Observation>) -> Step<Base.Observation> {
    guard !isFinished else { return step }
    var step = step
    runningReturn += step.reward
    runningLength += 1
    if step.isLast { finishEpisode(&step) }
    return step
  }

  @usableFromInline
  mutating func finishEpisode(_ step: inout Step<Base.Observation>) {
    isFinished = true
    episodeCount += 1
    step.info.reserveCapacity(step.info.count + 2)
    step.info["episode_return"] = runningReturn
    step.info["episode_length"] = Double(runningLength)
    if recentReturns.count == window {
      recentReturns.removeFirst()
      recentLengths.removeFirst()
    }
    recentReturns.append(runningReturn)
    recentLengths.append(runningLength)
  }
}

extension EpisodeStatistics: Sendable where Base: Sendable {}

extension EpisodeStatistics: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("recent_returns", &recentReturns)
    try visitor.visit("recent_lengths", &recentLengths)
    try visitor.visit("episodes", &episodeCount)
    try visitor.visit("return", &runningReturn)
    try visitor.visit("length", &runningLength)
    try visitor.visit("is_finished", &isFinished)
  }
}

extension Step {
  /// The return of the episode that this step ended, if `EpisodeStatistics` has recorded it.
  public var episodeReturn: Double? { info["episode_return"] }

  /// The length in steps of the episode that this step ended, if `EpisodeStatistics` has
  /// recorded it.
  public var episodeLength: Int? { info["episode_length"].map { Int($0) } }
}
