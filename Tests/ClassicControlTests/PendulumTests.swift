import ClassicControl
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct PendulumTests {
  @Test func episodesEqualGymnasiumsBitForBit() throws {
    let episodes = try RecordedEpisode.all(in: "pendulum")
    #expect(episodes.count == 51)
    let limit = try #require(Pendulum.specifications.first?.maxEpisodeSteps)
    for episode in episodes {
      var environment = TimeLimit(
        Pendulum(gravity: episode.settings.gravity ?? 10), maxEpisodeSteps: limit)
      try episode.expectReplay(
        in: &environment, actions: episode.continuousActions(),
        state: { base in base.state.map { [$0.angle, $0.velocity] } }, generator: { $0.generator })
    }
  }

  @Test func sampledActionsEqualGymnasiums() throws {
    for episode in try RecordedEpisode.all(in: "pendulum") where episode.policy == "sampled" {
      var generator = PCG64(seed: episode.seed)
      let recorded = try episode.continuousActions()
      let space = Pendulum().actionSpace
      let areEqual = recorded.allSatisfy { $0 == space.sample(using: &generator) }
      #expect(areEqual, "\(episode.testDescription)")
    }
  }

  @Test func spacesEqualGymnasiums() {
    #expect(Pendulum().actionSpace == Box(low: -2, high: 2, count: 1))
    #expect(Pendulum().observationSpace == Box(low: [-1, -1, -8], high: [1, 1, 8]))
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(Pendulum()).isEmpty)
    for specification in Pendulum.specifications {
      #expect(checkEnvironment(specification.make(), seed: 3).isEmpty)
    }
  }

  @Test(arguments: ["pendulum", "Pendulum", "Pendulum-v1"])
  func registeredVersion(name: String) throws {
    let registry = EnvironmentRegistry(Pendulum.specifications)
    #expect(try registry.specification(named: name).rewardThreshold == nil)
    let environment = try registry.make(named: name)
    #expect((environment as? TimeLimit<Pendulum>)?.maxEpisodeSteps == 200)
    #expect(environment is any Environment<Box>)
  }

  @Test func resetBoundsLastForOneEpisode() throws {
    var environment = Pendulum()
    let rest = environment.reset(seed: 1, options: ["x_init": 0, "y_init": 0, "other": 5])
    #expect(rest == SIMD3(1, 0, 0))
    let velocities = (0..<20).map { _ in abs(environment.reset()[2]) }
    #expect(velocities.allSatisfy { $0 <= 1 } && velocities.contains { $0 > 0.5 })
  }

  @Test func aSingleBoundCanBeGiven() {
    var environment = Pendulum()
    let still = environment.reset(seed: 1, options: ["y_init": 0])
    #expect(still[2] == 0 && still[1] != 0)
    let upright = environment.reset(seed: 1, options: ["x_init": 0])
    #expect(upright[2] != 0 && upright[1] == 0)
  }

  @Test func neverEndsByItself() {
    var environment = Pendulum()
    _ = environment.reset(seed: 1)
    #expect((0..<1000).allSatisfy { _ in !environment.step([2]).isLast })
  }

  @Test func torqueIsClipped() {
    var (environment, strongest) = (Pendulum(), Pendulum())
    _ = (environment.reset(seed: 1), strongest.reset(seed: 1))
    let (step, expected) = (environment.step([.infinity]), strongest.step([2]))
    #expect(step.observation == expected.observation && step.reward == expected.reward)
  }

  @Test func unseededEnvironmentsStartDifferently() {
    var (first, second) = (Pendulum(), Pendulum())
    #expect(first.state == nil && first.generator == nil)
    #expect(first.reset() != second.reset())
  }

  @Test func aCopyIsASnapshot() {
    var environment = Pendulum()
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
      var environment = Pendulum()
      _ = environment.step([1])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func wrongNumberOfScalarsStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = Pendulum()
      _ = environment.reset(seed: 1)
      _ = environment.step([0, 1])
    }
    expectMessage("Pendulum takes one number as an action; got [0.0, 1.0].", of: result)
  }

  @Test func notANumberStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = Pendulum()
      _ = environment.reset(seed: 1)
      _ = environment.step([.nan])
    }
    expectMessage("Pendulum takes one number as an action; got [nan].", of: result)
  }

  @Test func impossibleBoundsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = Pendulum()
      _ = environment.reset(seed: 1, options: ["y_init": -1])
    }
    expectMessage("The start cannot be drawn from ±-1.0.", of: result)
  }

  @Test func impossibleGravityStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Pendulum(gravity: .infinity) }
    expectMessage("Gravity must be a finite number; got inf.", of: result)
  }
}
