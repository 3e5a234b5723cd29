import ReinforcementLearning
import Testing

@Suite struct SharedStepWorkTests {
  @Test func environmentsThatShareAreSteppedTogether() {
    var batch = VectorEnvironment(count: 3, autoreset: .sameStep) { Doubler() }
    batch.reset(seed: 0)
    batch.step([1, 2, 3])
    #expect(batch.observations == [2, 0, 4, 0, 6, 0])
    #expect(batch.environments.map(\.companions) == [3, 3, 3])
    batch.step([4, 5, 6])
    #expect(batch.observations == [8, 0, 10, 0, 12, 0])
    #expect(batch.environments.map(\.companions) == [3, 3, 3])
  }

  /// Environments that are reset in a step have no part in its work.
  @Test func resetsAreLeftOut() {
    var batch = VectorEnvironment(count: 3, autoreset: .nextStep) {
      EpisodeStatistics(TimeLimit(Doubler(), maxEpisodeSteps: 100))
    }
    batch.reset(seed: 0)
    batch.step([1, 9, 3])
    #expect(batch.isTerminated == [false, true, false])
    #expect(batch.infos[1] == ["episode_return": 18, "episode_length": 1])
    batch.step([5, 6, 7])
    #expect(batch.observations == [10, 0, 0, 0, 14, 0])
    #expect(batch.environments.map(\.base.base.companions) == [2, 3, 2])
    batch.step([1, 2, 3])
    #expect(batch.observations == [2, 0, 4, 0, 6, 0])
    #expect(batch.environments.map(\.base.base.companions) == [3, 3, 3])
  }

  @Test func limitsCountSharedSteps() {
    var batch = VectorEnvironment(count: 2, autoreset: .disabled) {
      TimeLimit(Doubler(), maxEpisodeSteps: 2)
    }
    batch.reset(seed: 0)
    batch.step([1, 1])
    #expect(batch.isTruncated == [false, false])
    batch.step([1, 1])
    #expect(batch.isTruncated == [true, true])
  }

  @Test func othersAreSteppedInTurn() {
    var environment = Corridor()
    var work = NoSharedWork()
    _ = environment.reset(seed: 1, options: ["cell": 3])
    environment.beginStep(1, sharing: &work)
    #expect(environment.cell == 3)
    work.run()
    #expect(environment.endStep(1, sharing: &work, at: 0).observation == [4, 1])
  }
}

/// Observes twice the action, which it computes together with others; ends at 18.
private struct Doubler: Environment {
  struct Work: SharedStepWork {
    var numbers: [Int] = []

    mutating func run() {
      for index in numbers.indices { numbers[index] *= 2 }
    }

    mutating func removeAll() {
      numbers = []
    }
  }

  /// With how many the last step was taken, this one included.
  private(set) var companions = 0

  var actionSpace: Discrete { Discrete(10) }
  var observationSpace: Box { Box(low: 0, high: 20, count: 2) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> { .zero }

  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    companions = 1
    return outcome(2 * action)
  }

  mutating func beginStep(_ action: Int, sharing work: inout Work) {
    work.numbers.append(action)
  }

  mutating func endStep(
    _ action: Int, sharing work: inout Work, at index: Int
  ) -> Step<SIMD2<Float>> {
    companions = work.numbers.count
    return outcome(work.numbers[index])
  }

  private func outcome(_ number: Int) -> Step<SIMD2<Float>> {
    Step(observation: [Float(number), 0], reward: Double(number), isTerminated: number == 18)
  }
}
