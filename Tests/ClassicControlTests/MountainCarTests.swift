import ClassicControl
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct MountainCarTests {
  @Test func episodesEqualGymnasiumsBitForBit() throws {
    let episodes = try RecordedEpisode.all(in: "mountaincar")
    #expect(episodes.count == 41)
    let limit = try #require(MountainCar.specifications.first?.maxEpisodeSteps)
    for episode in episodes {
      var environment = TimeLimit(
        MountainCar(goalVelocity: episode.settings.goalVelocity ?? 0), maxEpisodeSteps: limit)
      try episode.expectReplay(
        in: &environment, actions: episode.discreteActions,
        state: { base in base.state.map { [$0.position, $0.velocity] } },
        generator: { $0.generator })
    }
  }

  @Test func sampledActionsEqualGymnasiums() throws {
    for episode in try RecordedEpisode.all(in: "mountaincar") where episode.policy == "sampled" {
      var generator = PCG64(seed: episode.seed)
      let recorded = episode.discreteActions
      let space = MountainCar().actionSpace
      let areEqual = recorded.allSatisfy { $0 == space.sample(using: &generator) }
      #expect(areEqual, "\(episode.testDescription)")
    }
  }

  @Test func spacesEqualGymnasiums() {
    #expect(MountainCar().actionSpace == Discrete(3))
    let space = MountainCar().observationSpace
    #expect(space.low.map(\.bitPattern) == [0xbf99_999a, 0xbd8f_5c29])
    #expect(space.high.map(\.bitPattern) == [0x3f19_999a, 0x3d8f_5c29])
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(MountainCar()).isEmpty)
    for specification in MountainCar.specifications {
      #expect(checkEnvironment(specification.make(), seed: 3).isEmpty)
    }
  }

  @Test(arguments: ["mountaincar", "MountainCar", "MountainCar-v0"])
  func registeredVersion(name: String) throws {
    let registry = EnvironmentRegistry(MountainCar.specifications)
    #expect(try registry.specification(named: name).rewardThreshold == -110)
    let environment = try registry.make(named: name)
    #expect((environment as? TimeLimit<MountainCar>)?.maxEpisodeSteps == 200)
    #expect(environment is any Environment<Discrete>)
  }

  @Test func resetBoundsLastForOneEpisode() {
    var environment = MountainCar()
    let wide = environment.reset(seed: 1, options: ["low": 0.25, "high": 0.25, "other": 5])
    #expect(wide == SIMD2(0.25, 0))
    #expect((-0.6 ... -0.4).contains(environment.reset()[0]))
  }

  @Test func aSingleBoundCanBeGiven() {
    var environment = MountainCar()
    #expect(environment.reset(seed: 1, options: ["low": -0.4]) == SIMD2(-0.4, 0))
    #expect(environment.reset(seed: 1, options: ["high": -0.6]) == SIMD2(-0.6, 0))
  }

  @Test func goesOnAfterTheEnd() {
    var environment = MountainCar()
    _ = environment.reset(seed: 1, options: ["low": 0.55, "high": 0.55])
    let steps = (0..<30).map { _ in environment.step(0) }
    #expect(steps.contains { $0.isTerminated } == false)
    _ = environment.reset(seed: 1, options: ["low": 0.5, "high": 0.5])
    let (goal, beyond) = (environment.step(2), environment.step(2))
    #expect(goal.isTerminated && beyond.isTerminated && beyond.reward == -1)
    #expect(beyond.observation[0] > goal.observation[0])
  }

  @Test func unseededEnvironmentsStartDifferently() {
    var (first, second) = (MountainCar(), MountainCar())
    #expect(first.state == nil && first.generator == nil)
    #expect(first.reset() != second.reset())
  }

  @Test func aCopyIsASnapshot() {
    var environment = MountainCar()
    _ = environment.reset(seed: 1)
    var copy = environment
    let observations = (0..<30).map { _ in environment.step(2).observation }
    #expect((0..<30).map { _ in copy.step(2).observation } == observations)
    #expect(environment.reset() == copy.reset())
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCar()
      _ = environment.step(2)
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test(arguments: [-1, 3])
  func unknownActionsStop(action: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [action] in
      var environment = MountainCar()
      _ = environment.reset(seed: 1)
      _ = environment.step(action)
    }
    expectMessage("The action must be 0, 1 or 2; got \(action).", of: result)
  }

  @Test func boundsInTheWrongOrderStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = MountainCar()
      _ = environment.reset(seed: 1, options: ["low": 1])
    }
    expectMessage("The start cannot be drawn from 1.0...-0.4.", of: result)
  }
}
