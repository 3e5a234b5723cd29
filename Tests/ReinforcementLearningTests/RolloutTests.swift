import Parallelism
import RandomNumbers
import ReinforcementLearning
import State
import Synchronization
import Testing

/// Trainings in several environments, and in parts of episodes.
@Suite struct RolloutTests {
  /// A training whose agent acts by chance, or by a rule.
  private func training(
    _ plan: TrainingPlan, lengths: [Int], rule: (@Sendable ([Float]) -> Int)? = nil
  ) -> Training<ScriptedEnvironment, ScriptedAgent> {
    Training(of: ScriptedAgent(rule), in: ScriptedEnvironment(lengths: lengths), plan: plan)
  }

  private func run(
    _ training: inout Training<ScriptedEnvironment, ScriptedAgent>, threads: Int = 1
  ) throws -> [EpisodeRecord] {
    try withThreads(threads) {
      var records: [EpisodeRecord] = []
      while !training.isFinished { records += try training.advance() }
      return records
    }
  }

  @Test func stepsCutEpisodesThatGoOn() throws {
    let plan = TrainingPlan(
      episodes: 1000, maximumSteps: 16, environments: 2, rolloutSteps: 4, seed: 5)
    var training = training(plan, lengths: [3, 6], rule: { _ in 1 })
    let records = try run(&training)
    // In each environment 3 steps and 1, of an episode of 6, then 4 more of it.
    #expect(training.agent.updates.map(\.lengths) == [[3, 3, 1, 1], [4, 4]])
    #expect(records.map(\.length) == [3, 3])
    #expect(records.map(\.totalSteps) == [6, 6])
    #expect(records.map { $0.update != nil } == [false, true])
    #expect(training.progress.steps == 16)
    #expect(training.agent.updates.map(\.progress) == [0, 0.5])
  }

  @Test func partsKnowWhereTheyBeginAndWhatCameAfter() throws {
    let plan = TrainingPlan(
      episodes: 1000, maximumSteps: 12, environments: 1, rolloutSteps: 4, seed: 5)
    var training = Training(
      of: Keeper(), in: ScriptedEnvironment(lengths: [6, 100]), plan: plan)
    while !training.isFinished { _ = try training.advance() }
    let parts = training.agent.episodes
    #expect(parts.map(\.firstStep) == [0, 4, 0, 2])
    #expect(parts.map(\.length) == [4, 2, 2, 4])
    #expect(parts.map(\.isTerminated) == [false, true, false, false])
    #expect(parts.map(\.isTruncated) == [true, false, true, true])
    // The number of the episode, and the step in it.
    #expect(parts.map(\.finalObservation) == [[1, 4], [1, 6], [2, 2], [2, 6]])
    #expect(parts[1].observations == [1, 4, 1, 5])
  }

  @Test func aBatchOfEpisodesHasThemWhole() throws {
    let plan = TrainingPlan(episodes: 14, episodesPerBatch: 5, environments: 2)
    var training = training(plan, lengths: [4, 1, 2])
    let records = try run(&training)
    // The environments have the same lengths one after the other; the fifth episode finds one of them
    // idle.
    #expect(training.agent.updates.map(\.lengths.count) == [5, 5, 4])
    #expect(records.count == 14)
    #expect(records.map(\.episode) == Array(1...14))
    #expect(records.last?.totalSteps == records.reduce(0) { $0 + $1.length })
  }

  /// Nine environments are a group of eight and one of one.
  @Test(arguments: [9, 18, 5])
  func episodesAreDealtToTheEnvironmentsInTurn(count: Int) throws {
    let plan = TrainingPlan(
      episodes: count, episodesPerBatch: count, environments: 9, seed: 40)
    let seeds = Seeds()
    var training = Training(of: ScriptedAgent(), in: Noting(seeds: seeds, length: 3), plan: plan)
    _ = try training.advance()
    let first = seeds.all.withLock { $0 }.compactMap { $0 }
    #expect(Set(first.filter { $0 < 49 }) == Set((40..<49).prefix(count).map { UInt64($0) }))
    #expect(seeds.all.withLock { $0.count } == count && training.isFinished)
  }

  /// The last episodes are cut, and count.
  @Test func stepsEndABatchOfEpisodes() throws {
    let plan = TrainingPlan(
      episodes: 1000, maximumSteps: 50, episodesPerBatch: 4, environments: 4)
    var training = training(plan, lengths: [1000], rule: { _ in 1 })
    let records = try run(&training)
    #expect(training.progress.steps == 52 && records.map(\.length) == [13, 13, 13, 13])
    #expect(training.agent.updates.map(\.lengths) == [[13, 13, 13, 13]])
  }

  /// Twenty environments are three groups.
  @Test(arguments: [nil, 7])
  func threadsChangeNothing(rolloutSteps: Int?) throws {
    func records(_ threads: Int) throws -> ([EpisodeRecord], [ScriptedAgent.Update]) {
      let plan = TrainingPlan(
        episodes: 90, maximumSteps: 1400, episodesPerBatch: 20, environments: 20,
        rolloutSteps: rolloutSteps, seed: 3)
      var training = training(plan, lengths: [4, 9, 1, 12])
      return (try run(&training, threads: threads), training.agent.updates)
    }
    let (one, many) = (try records(1), try records(4))
    #expect(one == many)
    #expect(one.0.count > 60)
    // Each environment has a stream of actions of its own.
    #expect(Set(one.0.prefix(20).map(\.episodeReturn)).count > 5)
  }

  @Test func environmentsAreSeededOneAfterTheOther() throws {
    let plan = TrainingPlan(episodes: 1, environments: 3, rolloutSteps: 1, seed: 40)
    let seeds = Seeds()
    var training = Training(of: ScriptedAgent(), in: Noting(seeds: seeds), plan: plan)
    _ = try training.advance()
    #expect(seeds.all.withLock { $0 } == [40, 41, 42])
  }

  /// Also where the environment does not tell its state: it is brought back by its actions.
  @Test(arguments: [nil, 5])
  func goesOnFromTheMiddleOfEpisodes(rolloutSteps: Int?) throws {
    let plan = TrainingPlan(
      episodes: 60, maximumSteps: rolloutSteps.map { _ in 900 }, episodesPerBatch: 12,
      environments: 10,
      rolloutSteps: rolloutSteps, seed: 8)
    func training() -> Training<Walk, ScriptedAgent> {
      Training(of: ScriptedAgent { Int($0[0] * 10) % 3 }, in: Walk(), plan: plan)
    }
    var (first, second) = (training(), training())
    for _ in 0..<3 { _ = try first.advance() }
    try StateSnapshot(of: &first).restore(&second)
    while !first.isFinished {
      #expect(try first.advance() == second.advance())
    }
    #expect(first.progress == second.progress && first.progress.episodes > 20)
  }

  @Test func anInterruptionLeavesItAsItWas() throws {
    let plan = TrainingPlan(episodes: 1000, maximumSteps: 4000, environments: 2, rolloutSteps: 500)
    func training() -> Training<Walk, ScriptedAgent> {
      Training(of: ScriptedAgent { Int($0[0] * 10) % 3 }, in: Walk(), plan: plan)
    }
    var (whole, interrupted) = (training(), training())
    _ = try whole.advance()
    _ = try interrupted.advance()
    #expect(throws: Failure.self) { try interrupted.advance(Monitor(isInterrupted: { true })) }
    while !whole.isFinished { #expect(try whole.advance() == interrupted.advance()) }
  }

  @Test func whatIsNotFiniteIsToldByEnvironmentAndStep() {
    let plan = TrainingPlan(episodes: 9, environments: 3, rolloutSteps: 10, seed: 0)
    var training = Training(of: ScriptedAgent(), in: Walk(faultAt: 4), plan: plan)
    let failure = #expect(throws: Failure.self) { try training.advance() }
    #expect(failure?.kind == .divergence)
    #expect(
      failure?.description.hasPrefix("The reward of step 4 of episode 1 of environment 1 is nan")
        == true)
  }
}

/// Keeps the episodes that it is shown.
private struct Keeper: Agent {
  var episodes: [Episode<Int>] = []

  mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int { 1 }

  mutating func update(
    on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
  ) -> UpdateReport {
    episodes += batch
    return UpdateReport(entropy: 0, gradientNorm: 0)
  }

  var nonFiniteParameter: String? { nil }
  mutating func visitState(_ visitor: inout some StateVisitor) {}
  func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] { [] }
}

/// A random walk that ends where it leaves the interval, and does not tell its state.
private struct Walk: Environment {
  var faultAt = 0
  private var generator = PCG64(seed: 0)
  private var position: Float = 0
  private var step = 0

  init(faultAt: Int = 0) { self.faultAt = faultAt }

  var observationSpace: Box { Box(low: 0, high: 1, count: 1) }
  var actionSpace: Discrete { Discrete(3) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    generator = PCG64(seed: seed, continuing: generator)
    (position, step) = (0.5, 0)
    return [position]
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    step += 1
    position += Float(generator.uniform(-0.15, 0.15)) + Float(action - 1) * 0.01
    return Step(
      observation: [min(max(position, 0), 1)], reward: step == faultAt ? .nan : Double(position),
      isTerminated: !(0...1).contains(position), isTruncated: step == 200)
  }
}

private final class Seeds: Sendable {
  let all = Mutex<[UInt64?]>([])
}

/// An environment that notes the seeds of its resets, without an end where no length is said.
private struct Noting: Environment {
  let seeds: Seeds
  var length = Int.max
  private var steps = 0

  init(seeds: Seeds, length: Int = .max) { (self.seeds, self.length) = (seeds, length) }

  var observationSpace: Box { Box(low: 0, high: 1, count: 1) }
  var actionSpace: Discrete { Discrete(10) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    seeds.all.withLock { $0.append(seed) }
    steps = 0
    return [0]
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    steps += 1
    return Step(observation: [0], reward: 0, isTerminated: steps == length)
  }
}
