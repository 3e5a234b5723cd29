import ManyMachines
import Parallelism
import RandomNumbers
import State

/// A training of an agent, as a value that advances batch by batch, or by the episodes of a batch.
///
/// Whatever it needs to go on belongs to its state: the agent, the streams of random numbers, the
/// environments in the midst of their episodes, the episodes of a batch that is not complete.
///
/// The environment is seeded with the plan's seed, as Gymnasium's users do it, several of them with that
/// and the seeds after it, and draws on from there (one that is not `Stateful` is seeded for each
/// episode); the agent's draws come from streams of their own.
public struct Training<E: Environment, A: Agent>
where A.Action == E.ActionSpace.Element {
  public let plan: TrainingPlan
  public private(set) var agent: A
  public private(set) var progress = TrainingProgress()
  fileprivate var source: any ExperienceSource<A.Action>
  private var streams: RandomStreams
  private var batch: [Episode<A.Action>] = []
  /// The fraction of the run that was over when the batch began.
  private var batchStart = 0.0
  /// What was collected while the agent's critics were fitted.
  private var ready: Experience<A.Action>?
  /// What went wrong there, which ends the training when the experience is needed.
  private var failure: Failure?

  /// A training before its first episode.
  ///
  /// - Parameters:
  ///   - agent: What learns.
  ///   - environment: Makes an environment, as many as the plan has; each must be one of its own.
  ///   - plan: How long.
  public init(of agent: A, in environment: @autoclosure () -> E, plan: TrainingPlan) {
    self.agent = agent
    self.plan = plan
    streams = RandomStreams(seed: plan.seed)
    if plan.environments == 1, plan.rolloutSteps == nil {
      source = EpisodeSource(environment())
    } else {
      let environments = (0..<plan.environments).map { _ in environment() }
      source = RolloutSource(environments, seed: plan.seed)
    }
  }

  /// Whether the plan says that there is nothing more to do.
  public var isFinished: Bool { plan.isFinished(progress) }

  /// Collects an episode, or a batch where there are several environments or batches of steps, and
  /// learns from a batch that is complete or the last.
  ///
  /// - Returns: The episodes that have ended, the last one with figures of the update.
  /// - Throws: `Failure` after an interruption, when the training is as it was before; or if a number
  ///   is not finite, when the agent is the one before it learned from that.
  public mutating func advance(_ monitor: Monitor = .silent) throws(Failure) -> [EpisodeRecord] {
    precondition(!isFinished, "Training: all \(progress.episodes) episodes were run before")
    let started = plan.fraction(of: progress)
    let experience: Experience<A.Action>
    if let failure { throw failure }
    if let ready {
      experience = ready
      self.ready = nil
    } else {
      experience = try source.collect(
        with: &agent, plan, progress, using: &streams.actions, monitor)
    }

    if batch.isEmpty { batchStart = started }
    batch.append(contentsOf: experience.episodes)
    var records = record(experience)
    if experience.isBatch || batch.count == plan.episodesPerBatch || isFinished {
      let report = try learn(monitor)
      if !records.isEmpty { records[records.count - 1].update = report }
      batch.removeAll(keepingCapacity: true)
    }
    return records
  }

  private mutating func record(_ experience: Experience<A.Action>) -> [EpisodeRecord] {
    let stepsBefore = progress.steps
    var records: [EpisodeRecord] = []
    // Whoever asks for so many episodes gets no more in the table, though a batch may hold some.
    for end in experience.ends where progress.episodes < plan.episodes {
      progress.add(end.totalReward, steps: stepsBefore + end.step, plan)
      records.append(
        EpisodeRecord(
          episode: progress.episodes, totalSteps: progress.steps,
          episodeReturn: end.totalReward, length: end.length,
          recentMeanReturn: progress.recentMeanReturn, update: nil))
    }
    progress.advance(to: stepsBefore + experience.steps)
    return records
  }

  private mutating func learn(_ monitor: Monitor) throws(Failure) -> UpdateReport {
    let before = agent
    do throws(Failure) {
      let update = try agent.beginUpdate(
        on: batch, progress: batchStart, using: &streams.relaxation)
      var report = update.report
      try checkFinite(report)
      guard let rest = update.rest else { return report }
      report.controlVariateLoss = try finish(rest, monitor)
      try checkFinite(report)
      return report
    } catch {
      agent = before
      throw error
    }
  }

  /// Fits the agent's critics while a copy of it, whose actions do not depend on them, goes on acting.
  private mutating func finish(
    _ rest: @escaping UpdateInProgress<A>.Rest, _ monitor: Monitor
  ) throws(Failure) -> Double? {
    // Ranks have fitted V by now, and have a core each.
    if isFinished || !Job.ranks.isAlone { return try rest(&agent, &streams.relaxation) }
    var actor = agent
    let (learner, noise) = (agent, streams.relaxation)
    typealias Fit = Result<(agent: A, noise: PCG64, loss: Double?), Failure>
    let fit: @Sendable () -> Fit = {
      var (agent, noise) = (learner, noise)
      return Result { () throws(Failure) in
        let loss = try rest(&agent, &noise)
        return (agent, noise, loss)
      }
    }
    let outcome = concurrently(fit) { collectNext(with: &actor, monitor) }.other
    let (agent, rested, loss) = try outcome.get()
    (self.agent, streams.relaxation) = (agent, rested)
    return loss
  }

  private mutating func collectNext(with actor: inout A, _ monitor: Monitor) {
    do throws(Failure) {
      ready = try source.collect(with: &actor, plan, progress, using: &streams.actions, monitor)
    } catch {
      // After an interruption it is collected again.
      failure = error.kind == .interruption ? nil : error
    }
  }

  /// Makes the state whole where ranks have parts of it: what is saved must go on from there. All ranks do it at
  /// the same time.
  public mutating func synchronize() throws(Failure) { try source.synchronize() }

  private func checkFinite(_ report: UpdateReport) throws(Failure) {
    let problem =
      report.gradientNorm.isFinite
      ? agent.nonFiniteParameter.map { "\($0) holds a number that is not finite" }
      : "the gradient is not finite"
    guard let problem else { return }
    throw .diverged(
      "After episode \(progress.episodes) \(problem); try smaller step sizes, such as a smaller "
        + "--learning-rate or --value-learning-rate.")
  }
}

extension Training: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("agent", &agent)
    try source.visitState(&visitor)
    try visitor.visit("streams", &streams)
    try visitor.visit("progress", &progress)
    try visitor.visit("batch_start", &batchStart)
    try visitor.visit("batch", &batch)
    var isReady = ready != nil
    try visitor.visit("is_ready", &isReady)
    if isReady {
      var experience = ready ?? Experience()
      try visitor.visit("ready", &experience)
      ready = experience
    } else {
      ready = nil
    }
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
  precondition(
    plan.environments == 1 && plan.rolloutSteps == nil,
    "train: one environment and whole episodes; use Training for others")
  let first = environment
  var training = Training(of: agent, in: first, plan: plan)
  defer {
    agent = training.agent
    if let source = training.source as? EpisodeSource<E> { environment = source.environment }
  }
  while !training.isFinished {
    for record in try training.advance() {
      guard try observe(record, training.agent) else { return training.progress }
    }
  }
  return training.progress
}
