import RandomNumbers
import State

/// A training of an agent in an environment, as a value that advances episode by episode.
///
/// Whatever it needs to go on belongs to its state: the agent, the streams of random numbers, the
/// environment's state between two episodes, the episodes of a batch that is not complete.
///
/// The environment is seeded with the plan's seed, as Gymnasium's users do it, and draws on from there
/// (one that is not `Stateful` is seeded for each episode); the agent's draws come from streams of
/// their own.
public struct Training<E: Environment, A: Agent>
where A.Action == E.ActionSpace.Element {
  public let plan: TrainingPlan
  public private(set) var agent: A
  public private(set) var progress = TrainingProgress()
  fileprivate var environment: E
  private var streams: RandomStreams
  private var batch: [Episode<A.Action>] = []
  /// The fraction of the run that was over when the batch began.
  private var batchStart = 0.0

  /// A training before its first episode.
  ///
  /// - Parameters:
  ///   - agent: What learns.
  ///   - environment: Where.
  ///   - plan: How long.
  public init(of agent: A, in environment: E, plan: TrainingPlan) {
    self.agent = agent
    self.environment = environment
    self.plan = plan
    streams = RandomStreams(seed: plan.seed)
  }

  /// Whether the plan says that there is nothing more to do.
  public var isFinished: Bool { plan.isFinished(progress) }

  /// Runs an episode and, where it completes a batch or ends the run, learns from the batch.
  ///
  /// - Returns: What happened.
  /// - Throws: `Failure` after an interruption, when the training is as it was before; or if a number
  ///   is not finite, when the agent is the one before it learned from that.
  public mutating func advance(_ monitor: Monitor = .silent) throws(Failure) -> EpisodeRecord {
    precondition(!isFinished, "Training: all \(progress.episodes) episodes were run before")
    let started = plan.fraction(of: progress)
    let episode = try collect(monitor)

    if batch.isEmpty { batchStart = started }
    batch.append(episode)
    progress.add(episode.totalReward, length: episode.length, plan)
    var update: UpdateReport?
    if batch.count == plan.episodesPerBatch || isFinished {
      update = try learn()
      batch.removeAll(keepingCapacity: true)
    }
    return EpisodeRecord(
      episode: progress.episodes, totalSteps: progress.steps,
      episodeReturn: episode.totalReward, length: episode.length,
      recentMeanReturn: progress.recentMeanReturn, update: update)
  }

  private mutating func collect(_ monitor: Monitor) throws(Failure) -> Episode<A.Action> {
    let actions = streams.actions
    let snapshot = try snapshotOfEnvironment()
    do throws(Failure) {
      return try collectEpisode(
        in: &environment, with: &agent, seed: seedOfEpisode,
        maximumSteps: plan.maximumSteps.map { $0 - progress.steps } ?? .max,
        using: &streams.actions, monitor,
        named: "episode \(progress.episodes + 1)")
    } catch {
      streams.actions = actions
      try restoreEnvironment(snapshot)
      throw error
    }
  }

  private mutating func learn() throws(Failure) -> UpdateReport {
    let before = agent
    let report = try agent.update(on: batch, progress: batchStart, using: &streams.relaxation)
    let problem =
      report.gradientNorm.isFinite
      ? agent.nonFiniteParameter.map { "\($0) holds a number that is not finite" }
      : "the gradient is not finite"
    guard let problem else { return report }
    agent = before
    throw .diverged(
      "After episode \(progress.episodes) \(problem); try smaller step sizes, such as a smaller "
        + "--learning-rate or --value-learning-rate.")
  }

  // MARK: The environment's state

  /// The seed of the next reset; `nil` where the environment's own stream goes on.
  private var seedOfEpisode: UInt64? {
    if progress.episodes == 0 { return plan.seed }
    if environment is any Stateful { return nil }
    return RandomStreams.seedSequence(of: .environment, seed: plan.seed).child(progress.episodes)
      .generateState64(count: 1)[0]
  }

  private mutating func snapshotOfEnvironment() throws(Failure) -> StateSnapshot? {
    guard var stateful = environment as? any Stateful else { return nil }
    return try StateSnapshot(of: &stateful)
  }

  private mutating func restoreEnvironment(_ snapshot: StateSnapshot?) throws(Failure) {
    guard let snapshot, var stateful = environment as? any Stateful else { return }
    try snapshot.restore(&stateful)
    if let restored = stateful as? E { environment = restored }
  }
}

extension Training: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("agent", &agent)
    if var stateful = environment as? any Stateful {
      try visitor.visit("environment", &stateful)
      if let restored = stateful as? E { environment = restored }
    }
    try visitor.visit("streams", &streams)
    try visitor.visit("progress", &progress)
    try visitor.visit("batch_start", &batchStart)
    var count = batch.count
    try visitor.visit("batch_episodes", &count, in: 0...plan.episodesPerBatch)
    var widths = batch.map(\.observationCount)
    try visitor.visit("batch_widths", &widths)
    try visitor.check(
      widths.count == count && widths.allSatisfy { $0 > 0 }, "\(widths) are no widths of episodes")
    if batch.count != count { batch = widths.map { Episode(observationCount: $0) } }
    for index in batch.indices { try visitor.visit("batch_\(index)", &batch[index]) }
  }
}

/// Trains an agent in an environment, episode by episode.
///
/// However the plan ends the run, the last batch is learned from, even if it is incomplete.
///
/// - Parameters:
///   - agent: What learns.
///   - environment: Where.
///   - plan: How long.
///   - observe: Called after every episode with its record and the agent; returning `false` ends
///     the run at once.
/// - Returns: How far the training came.
/// - Throws: `Failure` if a number is not finite or an observation changes its width, and whatever
///   `observe` throws.
@discardableResult
public func train<E: Environment, A: Agent>(
  _ agent: inout A, in environment: inout E, plan: TrainingPlan,
  observe: (EpisodeRecord, A) throws -> Bool = { _, _ in true }
) throws -> TrainingProgress where A.Action == E.ActionSpace.Element {
  var training = Training(of: agent, in: environment, plan: plan)
  defer { (agent, environment) = (training.agent, training.environment) }
  while !training.isFinished {
    let record = try training.advance()
    guard try observe(record, training.agent) else { break }
  }
  return training.progress
}
