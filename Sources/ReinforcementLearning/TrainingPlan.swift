import State

/// How long a training run lasts and what ends it early.
public struct TrainingPlan: Sendable {
  /// The number of episodes.
  public var episodes: Int
  /// Ends the run after this many steps, in the middle of an episode if it comes to that; with several
  /// environments, which take steps together, up to as many steps later as there are environments.
  public var maximumSteps: Int?
  /// How many episodes make a batch; one in Grathwohl et al. (2018).
  public var episodesPerBatch: Int
  /// How many environments the agent acts in at once.
  public var environments: Int
  /// The steps in each environment that make a batch in the place of episodes, which are cut there and
  /// go on in the next batch. Only for agents that put a value in the place of later rewards, such as PPO:
  /// to others a part looks like a whole episode.
  public var rolloutSteps: Int?
  /// The mean return over the last 100 episodes that counts as solved.
  public var rewardThreshold: Double?
  /// Whether the run ends when the environment is solved.
  public var stopsWhenSolved: Bool
  /// Decides everything in the run.
  public var seed: UInt64

  public init(
    episodes: Int, maximumSteps: Int? = nil, episodesPerBatch: Int = 1, environments: Int = 1,
    rolloutSteps: Int? = nil,
    rewardThreshold: Double? = nil, stopsWhenSolved: Bool = false, seed: UInt64 = 0
  ) {
    precondition(
      [episodes, episodesPerBatch, maximumSteps ?? 1, environments, rolloutSteps ?? 1]
        .allSatisfy { $0 > 0 },
      """
      TrainingPlan: \(episodes) episodes and \(maximumSteps.map { "\($0)" } ?? "any number of") \
      steps in batches of \(episodesPerBatch) from \(environments) environments are not a run
      """)
    self.episodes = episodes
    self.maximumSteps = maximumSteps
    self.episodesPerBatch = episodesPerBatch
    self.environments = environments
    self.rolloutSteps = rolloutSteps
    self.rewardThreshold = rewardThreshold
    self.stopsWhenSolved = stopsWhenSolved
    self.seed = seed
  }

  /// The fraction of the run that is over, by whichever limit is nearer.
  public func fraction(of progress: TrainingProgress) -> Double {
    let byEpisodes = Double(progress.episodes) / Double(episodes)
    guard let maximumSteps else { return byEpisodes }
    return max(byEpisodes, Double(progress.steps) / Double(maximumSteps))
  }

  /// Whether there is nothing more to do.
  func isFinished(_ progress: TrainingProgress) -> Bool {
    progress.episodes >= episodes || progress.steps >= maximumSteps ?? .max
      || (stopsWhenSolved && progress.solvedAtEpisode != nil)
  }
}

/// What happened in one episode of training.
public struct EpisodeRecord: Sendable, Codable, Equatable {
  /// Counted from 1.
  public let episode: Int
  /// Steps taken in the run so far, this episode included.
  public let totalSteps: Int
  /// The undiscounted return.
  public let episodeReturn: Double
  public let length: Int
  /// The mean return of the last 100 episodes, or of as many as there were.
  public let recentMeanReturn: Double
  /// Figures of the update, after the last episode of a batch.
  public internal(set) var update: UpdateReport?
}

/// How far a training is, and what it came to.
public struct TrainingProgress: Sendable, Equatable, Stateful {
  /// Episodes that were run.
  public private(set) var episodes = 0
  /// Steps that were taken.
  public private(set) var steps = 0
  /// The first episode after which 100 full episodes averaged the threshold; `nil` if none.
  public private(set) var solvedAtEpisode: Int?
  /// The steps taken until then.
  public private(set) var solvedAtStep: Int?
  /// The returns of the last 100 episodes, or of as many as there were.
  public private(set) var recentReturns: [Double] = []

  init() {}

  /// The mean of `recentReturns`; NaN before the first episode.
  public var recentMeanReturn: Double {
    recentReturns.reduce(0, +) / Double(recentReturns.count)
  }

  /// Adds an episode that ended after so many steps of the run.
  mutating func add(_ episodeReturn: Double, steps: Int, _ plan: TrainingPlan) {
    episodes += 1
    self.steps = steps
    if recentReturns.count == 100 { recentReturns.removeFirst() }
    recentReturns.append(episodeReturn)
    if let threshold = plan.rewardThreshold, solvedAtEpisode == nil,
      episodes >= 100, recentMeanReturn >= threshold
    {
      solvedAtEpisode = episodes
      solvedAtStep = steps
    }
  }

  /// Adds steps of episodes that have not ended.
  mutating func advance(to steps: Int) { self.steps = steps }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("episodes", &episodes, in: 0...Int.max)
    try visitor.visit("steps", &steps, in: 0...Int.max)
    try visitor.visit("solved_at_episode", &solvedAtEpisode)
    try visitor.visit("solved_at_step", &solvedAtStep)
    try visitor.visit("recent_returns", &recentReturns)
    try visitor.check(
      recentReturns.count == min(100, episodes),
      "\(recentReturns.count) recent returns after \(episodes) episodes")
  }
}
