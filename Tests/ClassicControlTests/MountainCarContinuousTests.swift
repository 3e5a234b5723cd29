import ClassicControl
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct MountainCarContinuousTests {
  @Test func episodesEqualGymnasiumsBitForBit() throws {
    let episodes = try RecordedEpisode.all(in: "mountaincar-continuous")
    #expect(episodes.count == 50)
    let limit = try #require(MountainCarContinuous.specifications.first?.maxEpisodeSteps)
    for episode in episodes {
      var environment = TimeLimit(
        MountainCarContinuous(goalVelocity: episode.settings.goalVelocity ?? 0),
        maxEpisodeSteps: limit)
      try episode.expectReplay(
        in: &environment, actions: episode.continuousActions(),
        state: { base in base.state.map { [$0.position, $0.velocity] } },
        generator: { $0.generator })
    }
  }

  @Test func sampledActionsEqualGymnasiums() throws {
    for episode in try RecordedEpisode.all(in: "mountaincar-continuous")
    where episode.policy == "sampled" {
      var generator = PCG64(seed: episode.seed)
      let recorded = try episode.continuousActions()
      let space = MountainCarContinuous().actionSpace
      let areEqual = recorded.allSatisfy { $0 == space.sample(using: &generator) }
      #expect(areEqual, "\(episode.testDescription)")
    }
  }

  @Test func spacesEqualGymnasiums() {
    #expect(MountainCarContinuous().actionSpace == Box(low: -1, high: 1, count: 1))
    let space = MountainCarContinuous().observationSpace
    #expect(space.low.map(\.bitPattern) == [0xbf99_999a, 0xbd8f_5c29])
    #expect(space.high.map(\.bitPattern) == [0x3f19_999a, 0x3d8f_5c29])
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(MountainCarContinuous()).isEmpty)
    for specification in MountainCarContinuous.specifications {
      #expect(checkEnvironment(specification.make(), seed: 3).isEmpty)
    }
  }

  @Test(arguments: ["mountaincar-continuous", "MountainCarContinuous", "MountainCarContinuous-v0"])
  func registeredVersion(name: String) throws {
    let registry = EnvironmentRegistry(MountainCarContinuous.specifications)
    #expect(try registry.specification(named: name).rewardThreshold == 90)
    let environment = try registry.make(named: name)
    #expect((environment as? TimeLimit<MountainCarContinuous>)?.maxEpisodeSteps == 999)
    #expect(environment is any Environment<Box>)
  }

  @Test func resetBoundsLastForOneEpisode() {
    var environment = MountainCarContinuous()
    let wide = environment.reset(seed: 1, options: ["low": 0.25, "high": 0.25, "other": 5])
    #expect(wide == SIMD2(0.25, 0))
    #expect((-0.6 ... -0.4).contains(environment.reset()[0]))
  }

  @Test func aSingleBoundCanBeGiven() {
    var environment = MountainCarContinuous()
    #expect(environment.reset(seed: 1, options: ["low": -0.4]) == SIMD2(-0.4, 0))
    #expect(environment.reset(seed: 1, options: ["high": -0.6]) == SIMD2(-0.6, 0))
  }

  @Test func goesOnAfterTheEnd() {
    var environment = MountainCarContinuous()
    _ = environment.reset(seed: 1, options: ["low": 0.5, "high": 0.5])
    let (goal, beyond) = (environment.step([1]), environment.step([0]))
    #expect(goal.isTerminated && goal.reward == 100 - 0.1)
    #expect(beyond.isTerminated && beyond.reward == 100)
  }

  @Test func theEngineIsClippedButNotTheFuel() {
    var (environment, full) = (MountainCarContinuous(), MountainCarContinuous())
    _ = (environment.reset(seed: 1), full.reset(seed: 1))
    let (step, expected) = (environment.step([-.infinity]), full.step([-1]))
    #expect(abs(step.observation[1] - expected.observation[1]) < 1e-8)
    #expect(step.reward == -.infinity && environment.step([2]).reward == -0.4)
  }

  @Test func unseededEnvironmentsStartDifferently() {
    var (first, second) = (MountainCarContinuous(), MountainCarContinuous())
    #expect(first.state == nil && first.generator == nil)
    #expect(first.reset() != second.reset())
  }

  @Test func aCopyIsASnapshot() {
    var environment = MountainCarContinuous()
    _ = environment.reset(seed: 1)
    var copy = environment
    let observations = (0..<30).map { _ in environment.step([1]).observation }
    #expect((0..<30).map { _ in copy.step([1]).observation } == observations)
    #expect(environment.reset() == copy.reset())
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCarContinuous()
      _ = environment.step([1])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func wrongNumberOfScalarsStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCarContinuous()
      _ = environment.reset(seed: 1)
      _ = environment.step([0, 1])
    }
    expectMessage(
      "MountainCarContinuous takes one number as an action; got [0.0, 1.0].", of: result)
  }

  @Test func notANumberStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCarContinuous()
      _ = environment.reset(seed: 1)
      _ = environment.step([.nan])
    }
    expectMessage("MountainCarContinuous takes one number as an action; got [nan].", of: result)
  }

  @Test func boundsInTheWrongOrderStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCarContinuous()
      _ = environment.reset(seed: 1, options: ["low": 1])
    }
    expectMessage("The start cannot be drawn from 1.0...-0.4.", of: result)
  }
}
