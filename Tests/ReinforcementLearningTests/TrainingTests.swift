import RandomNumbers
import ReinforcementLearning
import Testing

@Suite struct TrainingTests {
  /// Trains a scripted agent and returns everything there is to see.
  private func run(
    _ plan: TrainingPlan, lengths: [Int] = [2], agent rule: (@Sendable ([Float]) -> Int)? = nil,
    until observe: (EpisodeRecord) -> Bool = { _ in true }
  ) throws -> (
    result: TrainingProgress, agent: ScriptedAgent, environment: ScriptedEnvironment,
    records: [EpisodeRecord]
  ) {
    var (agent, environment) = (ScriptedAgent(rule), ScriptedEnvironment(lengths: lengths))
    var records: [EpisodeRecord] = []
    let result = try train(&agent, in: &environment, plan: plan) { record, _ in
      records.append(record)
      return observe(record)
    }
    return (result, agent, environment, records)
  }

  @Test func recordsEveryEpisode() throws {
    let run = try run(TrainingPlan(episodes: 4, seed: 9), lengths: [2, 5, 1], agent: { _ in 3 })
    #expect(run.result.episodes == 4)
    #expect(run.result.steps == 10)
    #expect(run.records.map(\.episodeReturn) == [6, 15, 3, 6])
    #expect(run.result.recentMeanReturn == 7.5)
    #expect(run.records.map(\.episode) == [1, 2, 3, 4])
    #expect(run.records.map(\.totalSteps) == [2, 7, 8, 10])
    #expect(run.records.map(\.length) == [2, 5, 1, 2])
    #expect(run.result.recentReturns == [6, 15, 3, 6])
    #expect(run.records.map(\.recentMeanReturn) == [6, 10.5, 8, 7.5])
    #expect(run.records.map(\.update?.entropy) == [1, 2, 3, 4])
    #expect(run.environment.seeds == [9, nil, nil, nil])
    #expect(run.result.solvedAtEpisode == nil)
  }

  @Test func batchesEndWithAnIncompleteOne() throws {
    let run = try run(TrainingPlan(episodes: 7, episodesPerBatch: 3), lengths: [1, 2, 3, 4])
    #expect(run.agent.updates.map(\.lengths) == [[1, 2, 3], [4, 1, 2], [3]])
    // The fraction that was over when each batch began.
    let progress: [Double] = [0, 3, 6].map { $0 / 7 }
    #expect(run.agent.updates.map(\.progress) == progress)
    #expect(run.records.map { $0.update != nil } == [false, false, true, false, false, true, true])
  }

  @Test func stepsEndTheRun() throws {
    let plan = TrainingPlan(episodes: 100, maximumSteps: 8, episodesPerBatch: 4)
    let run = try run(plan, lengths: [3])
    #expect(run.result.episodes == 3)
    // The last episode is cut, and its batch counts though it is incomplete.
    #expect(run.result.steps == 8)
    #expect(run.agent.updates.map(\.lengths) == [[3, 3, 2]])
    let single = try self.run(TrainingPlan(episodes: 100, maximumSteps: 8), lengths: [3])
    // The limit that is closer decides the progress.
    let progress: [Double] = [0, 0.375, 0.75]
    #expect(single.agent.updates.map(\.progress) == progress)
    #expect(try self.run(plan, lengths: [4]).result.steps == 8)
  }

  @Test func solvedNeedsAHundredEpisodes() throws {
    let plan = TrainingPlan(episodes: 130, rewardThreshold: 4)
    let run = try run(plan, agent: { _ in 2 })
    #expect(run.result.solvedAtEpisode == 100)
    #expect(run.result.solvedAtStep == 200)
    #expect(run.result.episodes == 130)
    let short = TrainingPlan(episodes: 99, rewardThreshold: 4)
    #expect(try self.run(short, agent: { _ in 2 }).result.solvedAtEpisode == nil)
    let above = TrainingPlan(episodes: 130, rewardThreshold: 4.001)
    #expect(try self.run(above, agent: { _ in 2 }).result.solvedAtEpisode == nil)
  }

  /// Returns of 0 for 120 episodes, then of 4: a mean of 3 over the last hundred after 75 of them.
  @Test func solvedLooksAtTheLastHundred() throws {
    let rule: @Sendable ([Float]) -> Int = { $0[0] > 120 ? 2 : 0 }
    let run = try run(TrainingPlan(episodes: 250, rewardThreshold: 3), agent: rule)
    #expect(run.result.solvedAtEpisode == 195)
    #expect(run.records[194].recentMeanReturn == 3)
    #expect(run.result.episodes == 250)
  }

  @Test func solvedEndsTheRunWhereAskedTo() throws {
    let plan = TrainingPlan(
      episodes: 130, episodesPerBatch: 8, rewardThreshold: 4, stopsWhenSolved: true)
    let run = try run(plan, agent: { _ in 2 })
    #expect(run.result.episodes == 100)
    // Twelve batches of eight and one of four.
    #expect(run.agent.updates.map(\.lengths.count) == [Int](repeating: 8, count: 12) + [4])
    #expect(try self.run(plan, agent: { _ in 1 }).result.episodes == 130)
  }

  @Test func observerEndsTheRun() throws {
    let run = try run(TrainingPlan(episodes: 10, episodesPerBatch: 4), until: { $0.episode < 6 })
    #expect(run.result.episodes == 6)
    #expect(run.agent.updates.count == 1)
  }

  @Test func observersErrorIsPassedOn() throws {
    struct Interruption: Error {}
    var (agent, environment) = (ScriptedAgent(), ScriptedEnvironment(lengths: [1]))
    #expect(throws: Interruption.self) {
      try train(&agent, in: &environment, plan: TrainingPlan(episodes: 3)) { _, _ in
        throw Interruption()
      }
    }
    #expect(environment.seeds.count == 1)
  }

  @Test func seedDecidesTheRun() throws {
    func returns(_ seed: UInt64) throws -> ([Double], [UInt64]) {
      let run = try run(TrainingPlan(episodes: 5, seed: seed), lengths: [10])
      return (run.result.recentReturns, run.agent.updates.map(\.draw))
    }
    #expect(try returns(1) == returns(1))
    #expect(try returns(1).0 != returns(2).0)
    #expect(try returns(1).1 != returns(2).1)
  }

  /// Actions and updates draw from streams of their own, named in `RandomStreams`.
  @Test func drawsComeFromTheNamedStreams() throws {
    let run = try run(TrainingPlan(episodes: 2, seed: 3), lengths: [4])
    var streams = RandomStreams(seed: 3)
    let returns: [Double] = (0..<2).map { _ in
      (0..<4).reduce(0) { sum, _ in sum + Double(streams.actions.integers(0, 10)) }
    }
    #expect(run.result.recentReturns == returns)
    let draws = (0..<2).map { _ in streams.relaxation.next() }
    #expect(run.agent.updates.map(\.draw) == draws)
  }

  @Test func plansWithoutARunStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = TrainingPlan(episodes: 0) }
    await #expect(processExitsWith: .failure) {
      _ = TrainingPlan(episodes: 1, episodesPerBatch: 0)
    }
    await #expect(processExitsWith: .failure) { _ = TrainingPlan(episodes: 1, maximumSteps: 0) }
  }
}
