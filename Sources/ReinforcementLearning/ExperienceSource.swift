import RandomNumbers
import State

/// What a training has seen since it last looked.
struct Experience<Action: Codable & Sendable>: Sendable {
  /// What is learned from.
  var episodes: [Episode<Action>] = []
  /// The episodes that have ended, in the order of their ends.
  var ends: [EpisodeEnd] = []
  /// How many steps were taken.
  var steps = 0
  /// Whether this is a batch of its own, and not an episode of one.
  var isBatch = false
}

/// The end of an episode.
struct EpisodeEnd: Sendable, Codable, Equatable {
  /// The undiscounted return.
  var totalReward: Double
  var length: Int
  /// How many of the experience's steps had been taken then.
  var step: Int
}

extension Experience: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("episodes", &episodes)
    try visitor.visit("ends", &ends)
    try visitor.visit("steps", &steps, in: 0...Int.max)
    try visitor.visit("is_batch", &isBatch)
  }
}

/// Where a training's experience comes from: environments, and all that their next episodes depend on.
protocol ExperienceSource<Action>: Stateful {
  associatedtype Action: Codable & Sendable

  /// Lets an agent act for as long as its next update needs, or for an episode of that.
  ///
  /// - Parameters:
  ///   - agent: What acts; it learns nothing.
  ///   - plan: How long.
  ///   - progress: What was done before.
  ///   - generator: Where the agent's draws come from, if the source has no generators for them.
  ///   - monitor: Tells when to end.
  /// - Throws: `Failure` if a number is not finite, or after an interruption; source and generator are
  ///   then as they were before.
  mutating func collect<A: Agent>(
    with agent: inout A, _ plan: TrainingPlan, _ progress: TrainingProgress,
    using generator: inout PCG64, _ monitor: Monitor
  ) throws(Failure) -> Experience<Action> where A.Action == Action

  /// Makes the state whole where other ranks have parts of it.
  mutating func synchronize() throws(Failure)
}

extension ExperienceSource {
  mutating func synchronize() throws(Failure) {}
}

/// One environment, episode by episode.
///
/// It is seeded with the plan's seed, as Gymnasium's users do it, and draws on from there; one that is
/// not `Stateful` is seeded for each episode.
struct EpisodeSource<E: Environment>: ExperienceSource {
  typealias Action = E.Action

  private(set) var environment: E

  init(_ environment: E) { self.environment = environment }

  mutating func collect<A: Agent>(
    with agent: inout A, _ plan: TrainingPlan, _ progress: TrainingProgress,
    using generator: inout PCG64, _ monitor: Monitor
  ) throws(Failure) -> Experience<Action> where A.Action == Action {
    let before = generator
    let snapshot = try EnvironmentState.snapshot(of: &environment)
    do throws(Failure) {
      let episode = try collectEpisode(
        in: &environment, with: &agent, seed: seed(plan, progress),
        maximumSteps: plan.maximumSteps.map { $0 - progress.steps } ?? .max,
        using: &generator, monitor, named: "episode \(progress.episodes + 1)")
      let end = EpisodeEnd(
        totalReward: episode.totalReward, length: episode.length, step: episode.length)
      return Experience(episodes: [episode], ends: [end], steps: episode.length)
    } catch {
      generator = before
      try EnvironmentState.restore(&environment, snapshot)
      throw error
    }
  }

  /// The seed of the next reset; `nil` where the environment's own stream goes on.
  private func seed(_ plan: TrainingPlan, _ progress: TrainingProgress) -> UInt64? {
    if progress.episodes == 0 { return plan.seed }
    if environment is any Stateful { return nil }
    return EnvironmentState.seed(ofEpisode: progress.episodes, inRun: plan.seed)
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try EnvironmentState.visit(&environment, "environment", &visitor)
  }
}

/// The state of environments, of which only some can tell it.
enum EnvironmentState {
  /// The state of an environment; `nil` of one that does not tell it.
  static func snapshot<E: Environment>(of environment: inout E) throws(Failure) -> StateSnapshot? {
    guard var stateful = environment as? any Stateful else { return nil }
    return try StateSnapshot(of: &stateful)
  }

  static func restore<E: Environment>(
    _ environment: inout E, _ snapshot: StateSnapshot?
  ) throws(Failure) {
    guard let snapshot, var stateful = environment as? any Stateful else { return }
    try snapshot.restore(&stateful)
    if let restored = stateful as? E { environment = restored }
  }

  static func visit<E: Environment>(
    _ environment: inout E, _ name: String, _ visitor: inout some StateVisitor
  ) throws(Failure) {
    guard var stateful = environment as? any Stateful else { return }
    try visitor.visit(name, &stateful)
    if let restored = stateful as? E { environment = restored }
  }

  /// What an episode is seeded with where the environment's own stream cannot be continued.
  static func seed(ofEpisode index: Int, inRun seed: UInt64) -> UInt64 {
    RandomStreams.seedSequence(of: .environment, seed: seed).child(index)
      .generateState64(count: 1)[0]
  }
}
