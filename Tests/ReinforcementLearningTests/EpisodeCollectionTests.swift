import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct EpisodeCollectionTests {
  @Test(arguments: [false, true])
  func keepsWhatHappened(endsByTruncation: Bool) {
    var environment = ScriptedEnvironment(lengths: [3], endsByTruncation: endsByTruncation)
    var agent = ScriptedAgent { Int($0[1]) + 4 }
    var generator = PCG64(seed: 1)
    let episode = collectEpisode(
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

  @Test func continuesTheEnvironmentWithoutASeed() {
    var environment = ScriptedEnvironment(lengths: [1, 4])
    var agent = ScriptedAgent()
    var generator = PCG64(seed: 1)
    let lengths = (0..<3).map { _ in
      collectEpisode(in: &environment, with: &agent, isGreedy: true, using: &generator).length
    }
    #expect(lengths == [1, 4, 1])
    #expect(environment.seeds == [nil, nil, nil])
    #expect(agent.greedyCalls == 6)
  }

  @Test func generatorDecidesTheActions() {
    func actions(_ seed: UInt64) -> [Int] {
      var environment = ScriptedEnvironment(lengths: [20])
      var (agent, generator) = (ScriptedAgent(), PCG64(seed: seed))
      return collectEpisode(in: &environment, with: &agent, using: &generator).actions
    }
    #expect(actions(1) == actions(1))
    #expect(actions(1) != actions(2))
  }

  @Test func observationsOfAnotherWidthStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (environment, agent) = (GrowingEnvironment(), ScriptedAgent())
      var generator = PCG64(seed: 1)
      _ = collectEpisode(in: &environment, with: &agent, using: &generator)
    }
    expectMessage("4 scalars of an observation after 3", of: result)
  }
}

/// Breaks the rule that observations have the same number of scalars.
private struct GrowingEnvironment: Environment {
  private var observation: [Float] = [1, 2, 3]
  var observationSpace: Box { Box(low: 0, high: 9, count: 3) }
  var actionSpace: Discrete { Discrete(10) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] { observation }

  mutating func step(_ action: Int) -> Step<[Float]> {
    observation.append(4)
    return Step(observation: observation, reward: 0)
  }
}
