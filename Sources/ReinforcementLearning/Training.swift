import RandomNumbers
import Statistics

/// How long a training run lasts and what ends it early.
public struct TrainingPlan: Sendable {
  /// The number of episodes.
  public var episodes: Int
  /// Ends the run after the episode in which this many steps have been reached.
  public var maximumSteps: Int?
  /// How many episodes make a batch; one in Grathwohl et al. (2018).
  public var episodesPerBatch: Int
  /// The mean return over the last 100 episodes that counts as solved.
  public var rewardThreshold: Double?
  /// Whether the run ends when the environment is solved.
  public var stopsWhenSolved: Bool
  /// Decides everything in the run.
  public var seed: UInt64

  public init(
    episodes: Int, maximumSteps: Int? = nil, episodesPerBatch: Int = 1,
    rewardThreshold: Double? = nil, stopsWhenSolved: Bool = false, seed: UInt64 = 0
  ) {
    precondition(
      episodes > 0 && episodesPerBatch > 0 && maximumSteps ?? 1 > 0,
      """
      TrainingPlan: \(episodes) episodes and \(maximumSteps.map { "\($0)" } ?? "any number of") \
      steps in batches of \(episodesPerBatch) are not a run
      """)
    self.episodes = episodes
    self.maximumSteps = maximumSteps
    self.episodesPerBatch = episodesPerBatch
    self.rewardThreshold = rewardThreshold
    self.stopsWhenSolved = stopsWhenSolved
    self.seed = seed
  }

  /// The fraction of the run that is over, by whichever limit is nearer.
  func progress(episodes: Int, steps: Int) -> Double {
    let byEpisodes = Double(episodes) / Double(self.episodes)
    guard let maximumSteps else { return byEpisodes }
    return max(byEpisodes, Double(steps) / Double(maximumSteps))
  }
}

/// What happened in one episode of training.
public struct EpisodeRecord: Sendable {
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
  public let update: UpdateReport?
}

/// What a run came to.
public struct TrainingResult: Sendable {
  /// Episodes and steps that were run.
  public var episodes = 0
  public var steps = 0
  /// The first episode after which 100 full episodes averaged the threshold; `nil` if none.
  public var solvedAtEpisode: Int?
  /// The steps taken until then.
  public var solvedAtStep: Int?
  /// The returns of all episodes.
  public var returns: [Double] = []

  /// The mean return of the last 100 episodes, or of as many as there were.
  public var recentMeanReturn: Double { mean(returns.suffix(100).map { $0 }) }
}

/// Trains an agent in an environment, episode by episode.
///
/// However the plan ends the run, the last batch is learned from, even if it is incomplete; progress
/// counts episodes or steps, whichever are closer to the end.
///
/// The environment is seeded with the plan's seed, as Gymnasium's users do it; the agent's draws
/// come from streams of their own.
///
/// - Parameters:
///   - agent: What learns.
///   - environment: Where.
///   - plan: How long.
///   - observe: Called after every episode with its record and the agent; returning `false` ends
///     the run at once.
public func train<E: Environment, A: Agent>(
  _ agent: inout A, in environment: inout E, plan: TrainingPlan,
  observe: (EpisodeRecord, A) throws -> Bool
) rethrows -> TrainingResult where A.Action == E.ActionSpace.Element {
  var streams = RandomStreams(seed: plan.seed)
  var result = TrainingResult()
  var batch: [Episode<A.Action>] = []
  for index in 0..<plan.episodes {
    let stepsBefore = result.steps
    let episode = collectEpisode(
      in: &environment, with: &agent, seed: index == 0 ? plan.seed : nil, using: &streams.actions)
    batch.append(episode)
    result.episodes += 1
    result.steps += episode.length
    result.returns.append(episode.totalReward)
    if let threshold = plan.rewardThreshold, result.solvedAtEpisode == nil,
      result.returns.count >= 100, result.recentMeanReturn >= threshold
    {
      result.solvedAtEpisode = result.episodes
      result.solvedAtStep = result.steps
    }
    let isLast =
      result.episodes == plan.episodes || result.steps >= plan.maximumSteps ?? .max
      || (plan.stopsWhenSolved && result.solvedAtEpisode != nil)
    var update: UpdateReport?
    if batch.count == plan.episodesPerBatch || isLast {
      update = agent.update(
        on: batch, progress: plan.progress(episodes: index, steps: stepsBefore),
        using: &streams.relaxation)
      batch.removeAll(keepingCapacity: true)
    }
    let record = EpisodeRecord(
      episode: result.episodes, totalSteps: result.steps, episodeReturn: episode.totalReward,
      length: episode.length, recentMeanReturn: result.recentMeanReturn, update: update)
    let goesOn = try observe(record, agent)
    if isLast || !goesOn { break }
  }
  return result
}

/// Trains an agent without looking on; see `train(_:in:plan:observe:)`.
public func train<E: Environment, A: Agent>(
  _ agent: inout A, in environment: inout E, plan: TrainingPlan
) -> TrainingResult where A.Action == E.ActionSpace.Element {
  train(&agent, in: &environment, plan: plan) { _, _ in true }
}
