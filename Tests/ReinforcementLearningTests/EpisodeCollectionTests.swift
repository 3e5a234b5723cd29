import RandomNumbers
import ReinforcementLearning
import State
import Synchronization
import TestSupport
import Testing

@Suite struct EpisodeCollectionTests {
  @Test(arguments: [false, true])
  func keepsWhatHappened(endsByTruncation: Bool) throws {
    var environment = ScriptedEnvironment(lengths: [3], endsByTruncation: endsByTruncation)
    var agent = ScriptedAgent { Int($0[1]) + 4 }
    var generator = PCG64(seed: 1)
    let episode = try collectEpisode(
      in: &environment, with: &agent, seed: 42, using: &generator)
    // The observations that were acted on: not the last one.
    #expect(episode.observations == [1, 0, 1, 1, 1, 2])
    #expect(episode.observationCount == 2)
    #expect(episode.actions == [4, 5, 6])
    #expect(episode.rewards == [4, 5, 6])
    #expect(episode.isTerminated == !endsByTruncation)
    #expect(episode.isTruncated == endsByTruncation)
    #expect(environment.seeds == [42])
    #expect(agent.greedyCalls == 0)
  }

  @Test func continuesTheEnvironmentWithoutASeed() throws {
    var environment = ScriptedEnvironment(lengths: [1, 4])
    var agent = ScriptedAgent()
    var generator = PCG64(seed: 1)
    let lengths = try (0..<3).map { _ in
      try collectEpisode(in: &environment, with: &agent, isGreedy: true, using: &generator).length
    }
    #expect(lengths == [1, 4, 1])
    #expect(environment.seeds == [nil, nil, nil])
    #expect(agent.greedyCalls == 6)
  }

  @Test func generatorDecidesTheActions() throws {
    func actions(_ seed: UInt64) throws -> [Int] {
      var environment = ScriptedEnvironment(lengths: [20])
      var (agent, generator) = (ScriptedAgent(), PCG64(seed: seed))
      return try collectEpisode(in: &environment, with: &agent, using: &generator).actions
    }
    #expect(try actions(1) == actions(1))
    #expect(try actions(1) != actions(2))
  }

  @Test func whatIsWrongWithTheEnvironmentIsSaid() throws {
    var (agent, generator) = (ScriptedAgent(), PCG64(seed: 1))
    func failure(_ environment: FaultyEnvironment) -> Failure? {
      var environment = environment
      return #expect(throws: Failure.self) {
        try collectEpisode(
          in: &environment, with: &agent, using: &generator, named: "episode 7 in hall")
      }
    }
    #expect(
      failure(FaultyEnvironment(widths: [3, 4]))?.description
        == "The observation after step 1 of episode 7 in hall has 4 scalars, the first one 3; make "
        + "them agree.")
    #expect(
      failure(FaultyEnvironment(widths: [0]))?.description
        == "The first observation of episode 7 in hall has no scalars; return one that has some.")
    let reward = failure(FaultyEnvironment(widths: [2, 2, 2], reward: .nan))
    #expect(reward?.kind == .divergence)
    #expect(
      reward?.description
        == "The reward of step 1 of episode 7 in hall is nan; keep the environment's numbers finite."
    )
    let value = failure(FaultyEnvironment(widths: [2, 2, 2], value: .infinity))
    #expect(value?.kind == .divergence)
    #expect(
      value?.description.hasPrefix(
        "The observation after step 0 of episode 7 in hall holds a number that is not finite")
        == true)
  }

  /// The rewards are added as they come: 100 times −0.1 is −10 for every purpose.
  @Test(arguments: [(-0.1, -10), (0.7, 70)])
  func rewardsAreAddedInDouble(reward: Double, sum: Double) throws {
    var episode = Episode<Int>(observationCount: 1)
    for _ in 0..<100 { episode.add(reward: reward) }
    #expect(abs(episode.totalReward - sum) < 1e-12)
  }

  @Test func longEpisodesAreCutAndInterrupted() throws {
    var (environment, agent) = (FaultyEnvironment(widths: [2]), ScriptedAgent())
    var generator = PCG64(seed: 1)
    let episode = try collectEpisode(
      in: &environment, with: &agent, maximumSteps: 300, using: &generator)
    #expect(episode.length == 300 && episode.isTruncated && !episode.isTerminated)

    let calls = Mutex(0)
    let monitor = Monitor(isInterrupted: {
      calls.withLock {
        $0 += 1
        return $0 > 3
      }
    })
    let error = #expect(throws: Failure.self) {
      try collectEpisode(in: &environment, with: &agent, using: &generator, monitor)
    }
    #expect(error?.kind == .interruption)
  }
}

/// Gives observations of some widths, one after the other, the last of them without an end.
private struct FaultyEnvironment: Environment {
  var widths: [Int]
  var reward = 0.0
  var value: Float = 1
  private var index = 0

  init(widths: [Int], reward: Double = 0, value: Float = 1) {
    (self.widths, self.reward, self.value) = (widths, reward, value)
  }

  var observationSpace: Box { Box(low: 0, high: 9, count: 3) }
  var actionSpace: Discrete { Discrete(10) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    index = 0
    return observation
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    index = min(index + 1, widths.count - 1)
    return Step(observation: observation, reward: reward)
  }

  private var observation: [Float] { [Float](repeating: value, count: widths[index]) }
}
