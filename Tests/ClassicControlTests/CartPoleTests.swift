import ClassicControl
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct CartPoleTests {
  @Test func episodesEqualGymnasiumsBitForBit() throws {
    let episodes = try CartPoleEpisode.all.get()
    #expect(episodes.count == 91)
    for episode in episodes {
      var environment = try episode.makeEnvironment()
      let first = environment.reset(seed: episode.seed, options: episode.options)
      var observations = hexadecimal(first)
      var rewards: [Double] = []
      var terminated = ""
      var truncated = ""
      for action in episode.actions {
        let step = environment.step(action == "1" ? 1 : 0)
        observations += hexadecimal(step.observation)
        rewards.append(step.reward)
        terminated += step.isTerminated ? "1" : "0"
        truncated += step.isTruncated ? "1" : "0"
        #expect(step.info.isEmpty)
      }
      let name = episode.testDescription
      // Not compared in the macro, which would look for the differences of long texts for minutes.
      let areEqual = observations == episode.observations
      #expect(areEqual, "\(name)")
      #expect(rewards == episode.rewards, "\(name)")
      #expect(terminated == episode.terminated, "\(name)")
      #expect(truncated == episode.truncated, "\(name)")
      #expect(environment.base.state.map { hexadecimal($0) } == episode.state, "\(name)")
      #expect(environment.base.generator == (try episode.generatorAtEnd()), "\(name)")
      #expect(hexadecimal(environment.reset()) == episode.next, "\(name)")
    }
  }

  @Test func sampledActionsEqualGymnasiums() throws {
    for episode in try CartPoleEpisode.all.get() where episode.policy == "sampled" {
      var generator = PCG64(seed: episode.seed)
      let actions = episode.actions.map { _ in CartPole().actionSpace.sample(using: &generator) }
      #expect(actions.map { "\($0)" }.joined() == episode.actions)
    }
  }

  @Test func spacesEqualGymnasiums() {
    #expect(CartPole().actionSpace == Discrete(2))
    let space = CartPole().observationSpace
    #expect(space.high.map(\.bitPattern) == [0x4099_999a, 0x7f80_0000, 0x3ed6_7750, 0x7f80_0000])
    #expect(space.low == space.high.map { -$0 })
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(CartPole()).isEmpty)
    #expect(checkEnvironment(CartPole(usesSuttonBartoReward: true), seed: 3).isEmpty)
    for specification in CartPole.specifications {
      #expect(checkEnvironment(specification.make()).isEmpty)
    }
  }

  @Test(arguments: [
    ("cartpole", 500, 475), ("CartPole", 500, 475), ("CartPole-v1", 500, 475),
    ("cartpole-v0", 200, 195), ("CartPole-v0", 200, 195),
  ])
  func registeredVersions(name: String, limit: Int, threshold: Double) throws {
    let registry = EnvironmentRegistry(CartPole.specifications)
    #expect(try registry.specification(named: name).rewardThreshold == threshold)
    let environment = try registry.make(named: name)
    #expect((environment as? TimeLimit<CartPole>)?.maxEpisodeSteps == limit)
    #expect(environment is any Environment<Discrete>)
  }

  @Test func resetBoundsLastForOneEpisode() throws {
    var environment = CartPole()
    let wide = environment.reset(seed: 1, options: ["low": 1, "high": 1, "other": 5])
    #expect(wide == SIMD4(repeating: 1))
    let narrow = environment.reset()
    #expect((0..<4).allSatisfy { abs(narrow[$0]) <= 0.05 })
  }

  @Test func aSingleBoundCanBeGiven() {
    var environment = CartPole()
    #expect(environment.reset(seed: 1, options: ["low": 0.05]) == SIMD4(repeating: 0.05))
    #expect(environment.reset(seed: 1, options: ["high": -0.05]) == SIMD4(repeating: -0.05))
  }

  @Test func unseededEnvironmentsStartDifferently() {
    var (first, second) = (CartPole(), CartPole())
    #expect(first.state == nil && first.generator == nil)
    #expect(first.reset() != second.reset())
  }

  @Test func aCopyIsASnapshot() {
    var environment = CartPole()
    _ = environment.reset(seed: 1)
    var copy = environment
    let observations = (0..<30).map { _ in environment.step(1).observation }
    #expect((0..<30).map { _ in copy.step(1).observation } == observations)
    #expect(environment.reset() == copy.reset())
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = CartPole()
      _ = environment.step(0)
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test(arguments: [-1, 2])
  func unknownActionsStop(action: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [action] in
      var environment = CartPole()
      _ = environment.reset(seed: 1)
      _ = environment.step(action)
    }
    expectMessage("The action must be 0 or 1; got \(action).", of: result)
  }

  @Test func boundsInTheWrongOrderStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = CartPole()
      _ = environment.reset(seed: 1, options: ["low": 1, "high": 0])
    }
    expectMessage("The start cannot be drawn from 1.0...0.0.", of: result)
  }
}
