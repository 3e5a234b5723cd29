import ClassicControl
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct AcrobotTests {
  @Test func episodesEqualGymnasiumsBitForBit() throws {
    let episodes = try RecordedEpisode.all(in: "acrobot")
    #expect(episodes.count == 80)
    let specification = try #require(Acrobot.specifications.first)
    for episode in episodes {
      let settings = episode.settings
      var environment = TimeLimit(
        Acrobot(
          dynamics: settings.equations == nil ? .book : .paper,
          timeStep: settings.timeStep ?? 0.2, torqueNoise: settings.torqueNoise ?? 0),
        maxEpisodeSteps: try #require(specification.maxEpisodeSteps))
      try episode.expectReplay(
        in: &environment, actions: episode.discreteActions,
        state: { base in
          base.state.map {
            [$0.angles[0], $0.angles[1], $0.velocities[0], $0.velocities[1]]
          }
        },
        generator: { $0.generator })
    }
  }

  @Test func sampledActionsEqualGymnasiums() throws {
    for episode in try RecordedEpisode.all(in: "acrobot") where episode.policy == "sampled" {
      var generator = PCG64(seed: episode.seed)
      let actions = episode.discreteActions.map { _ in
        Acrobot().actionSpace.sample(using: &generator)
      }
      #expect(actions == episode.discreteActions)
    }
  }

  @Test func spacesEqualGymnasiums() {
    #expect(Acrobot().actionSpace == Discrete(3))
    let space = Acrobot().observationSpace
    #expect(space.high[..<4] == [1, 1, 1, 1])
    #expect(space.high[4...].map(\.bitPattern) == [0x4149_0fdb, 0x41e2_31d6])
    #expect(space.low == space.high.map { -$0 })
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(Acrobot()).isEmpty)
    #expect(checkEnvironment(Acrobot(dynamics: .paper, torqueNoise: 1), seed: 3).isEmpty)
    for specification in Acrobot.specifications {
      #expect(checkEnvironment(specification.make()).isEmpty)
    }
  }

  @Test(arguments: ["acrobot", "Acrobot", "Acrobot-v1"])
  func registeredVersion(name: String) throws {
    let registry = EnvironmentRegistry(Acrobot.specifications)
    #expect(try registry.specification(named: name).rewardThreshold == -100)
    let environment = try registry.make(named: name)
    #expect((environment as? TimeLimit<Acrobot>)?.maxEpisodeSteps == 500)
    #expect(environment is any Environment<Discrete>)
  }

  @Test func resetBoundsLastForOneEpisode() {
    var environment = Acrobot()
    _ = environment.reset(seed: 1, options: ["low": 1, "high": 1, "other": 5])
    #expect(environment.state?.angles == SIMD2(1, 1))
    #expect(environment.state?.velocities == SIMD2(1, 1))
    let narrow = environment.reset().second
    #expect(abs(narrow[0]) <= 0.1 && abs(narrow[1]) <= 0.1)
  }

  @Test func aSingleBoundCanBeGiven() {
    var environment = Acrobot()
    #expect(environment.reset(seed: 1, options: ["low": 0.1]).second == SIMD2(0.1, 0.1))
    #expect(environment.reset(seed: 1, options: ["high": -0.1]).second == SIMD2(-0.1, -0.1))
  }

  @Test func goesOnAfterTheEnd() {
    var environment = Acrobot()
    // Above the line and on its way down.
    _ = environment.reset(seed: 1, options: ["low": 3, "high": 3])
    let steps = (0..<40).map { _ in environment.step(1) }
    #expect(steps.contains { $0.isTerminated } && steps.contains { !$0.isTerminated })
    #expect(steps.allSatisfy { $0.reward == ($0.isTerminated ? 0 : -1) && !$0.isTruncated })
  }

  @Test func unseededEnvironmentsStartDifferently() {
    var (first, second) = (Acrobot(), Acrobot())
    #expect(first.state == nil && first.generator == nil)
    #expect(first.reset() != second.reset())
  }

  @Test func aCopyIsASnapshot() {
    var environment = Acrobot(torqueNoise: 0.1)
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
      var environment = Acrobot()
      _ = environment.step(0)
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test(arguments: [-1, 3])
  func unknownActionsStop(action: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [action] in
      var environment = Acrobot()
      _ = environment.reset(seed: 1)
      _ = environment.step(action)
    }
    expectMessage("The action must be 0, 1 or 2; got \(action).", of: result)
  }

  @Test(arguments: [(1.0, -1.5), (-1e308, 1e308)])
  func impossibleBoundsStop(low: Double, high: Double) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [low, high] in
      var environment = Acrobot()
      _ = environment.reset(seed: 1, options: ["low": low, "high": high])
    }
    expectMessage("The start cannot be drawn from \(low)...\(high).", of: result)
  }

  @Test func impossibleSettingsStop() async {
    let timeStep = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Acrobot(timeStep: 0) }
    expectMessage("A time step must be above 0; got 0.0.", of: timeStep)
    let noise = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Acrobot(torqueNoise: -1) }
    expectMessage("Noise must be at least 0; got -1.0.", of: noise)
  }
}
