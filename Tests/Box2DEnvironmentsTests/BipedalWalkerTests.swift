import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct BipedalWalkerTests {
  @Test func spacesAreGymnasiums() {
    let environment = BipedalWalker()
    #expect(environment.actionSpace == Box(low: -1, high: 1, count: 4))
    let (low, high) = (environment.observationSpace.low, environment.observationSpace.high)
    #expect(low.count == 24 && high.count == 24)
    let turn = Float(bitPattern: 0x4049_0fdb)
    #expect(high.prefix(9) == [turn, 5, 5, 5, turn, 5, turn, 5, 5])
    #expect(high[9..<14] == [turn, 5, turn, 5, 5] && high[14...].allSatisfy { $0 == 1 })
    #expect(low.prefix(9) == [-turn, -5, -5, -5, -turn, -5, -turn, -5, 0])
    #expect(low[9..<14] == [-turn, -5, -turn, -5, 0] && low[14...].allSatisfy { $0 == -1 })
  }

  @Test(arguments: [
    ("BipedalWalker-v3", "bipedalwalker", 1600, false),
    ("BipedalWalkerHardcore-v3", "bipedalwalker-hardcore", 2000, true),
  ])
  func registryFindsIt(id: String, name: String, steps: Int, hardcore: Bool) throws {
    let registry = EnvironmentRegistry(BipedalWalker.specifications)
    let specification = try registry.specification(named: id)
    #expect(specification.name == name)
    #expect(specification.maxEpisodeSteps == steps && specification.rewardThreshold == 300)
    let base = try #require(specification.makeBase() as? BipedalWalker)
    #expect(base.hardcore == hardcore)
    #expect(try registry.make(named: name) is TimeLimit<BipedalWalker>)
  }

  /// A falling walker may leave the declared bounds, of which the checker only warns.
  @Test(arguments: [false, true]) func keepsTheContractOfEnvironments(hardcore: Bool) {
    let problems = checkEnvironment(BipedalWalker(hardcore: hardcore), seed: 1)
    #expect(problems.filter { !$0.isWarning }.isEmpty)
  }

  @Test func recordingsCoverBothVariants() {
    let recordings = Recording.all(in: "walkers.txt", settingCount: 1)
    #expect(recordings.count == 40)
    #expect(recordings.reduce(0) { $0 + $1.transitions.count } == 5424)
    #expect(recordings.filter { $0.settings == ["hardcore"] }.count == 20)
    #expect(recordings.filter { $0.policy == "random" }.count == 20)
    #expect(recordings.filter(\.isTerminated).count > 20)
  }

  @Test(.enabled(if: Recording.isExact)) func episodesAreGymnasiumsToTheBit() throws {
    for recording in Recording.all(in: "walkers.txt", settingCount: 1) {
      try recording.expectEqual(in: BipedalWalker(hardcore: recording.settings == ["hardcore"]))
    }
  }

  /// Fast walkers hit stumps, stairs and walls with all their parts.
  @Test(.enabled(if: Recording.isExact)) func flungWalkersHitTheGroundAsGymnasiums() throws {
    let recordings = Recording.all(in: "flung_walkers.txt", settingCount: 3)
    #expect(recordings.count == 3)
    for recording in recordings {
      let velocity = recording.settings.compactMap { Float($0) }
      try recording.expectEqual(in: BipedalWalker(hardcore: true), goesOn: true) { walker in
        var state = try #require(walker.state)
        for body in 0..<5 {
          // Behind place and angle.
          let start = body * state.bodyWidth + 3
          state.world.numbers.replaceSubrange(start..<(start + 3), with: velocity)
        }
        try walker.restore(state)
      }
    }
  }

  /// Walks to the far end, and over and against obstacles.
  @Test(arguments: [("normal", 1600, 12), ("hardcore", 2000, 25)])
  func controllerEarnsWhatItEarnsInGymnasium(variant: String, limit: Int, count: Int) {
    let recorded = RecordedReturns(variant: variant, in: "walker_returns.txt")
    #expect(recorded.returns.count == 100)
    var environment = BipedalWalker(hardcore: variant == "hardcore")
    recorded.expectEqual(
      recorded.seeds(atMost: count).map { seed in
        var controller = BipedalWalkerController()
        return play(from: environment.reset(seed: seed), limit: limit) {
          environment.step(controller.action($0))
        }
      })
  }

  @Test func arrivalEndsWithoutAFall() {
    var environment = BipedalWalker()
    var controller = BipedalWalkerController()
    // The first seed whose walker arrives.
    var last = Step(observation: environment.reset(seed: 0), reward: 0)
    for _ in 0..<1600 where !last.isTerminated {
      last = environment.step(controller.action(last.observation))
    }
    #expect(last.isTerminated && last.reward > -1)
    #expect(environment.simulation?.hullHasTouched == false)
    let x = environment.scene?.hull.state.position.x ?? 0
    #expect(x > 88.6 && x < 89)
  }

  @Test func fallEndsWithMinusHundredAndStaysOver() {
    var environment = BipedalWalker()
    _ = environment.reset(seed: 0)
    var step = environment.step([0, 0, 0, 0])
    for _ in 0..<200 where !step.isTerminated { step = environment.step([0, 0, 0, 0]) }
    #expect(environment.simulation?.hullHasTouched == true)
    for index in 0..<50 {
      #expect(step.isTerminated && step.reward == -100)
      step = environment.step(index % 2 == 0 ? [1, 1, -1, 1] : [-1, -1, 1, 1])
    }
  }

  @Test func leavingOnTheLeftIsAFall() throws {
    var environment = BipedalWalker()
    _ = environment.reset(seed: 0)
    var state = try #require(environment.state)
    // The first two numbers of each body are its place; five bodies move together.
    let width = state.bodyWidth
    for body in 0..<5 { state.world.numbers[body * width] -= 4.68 }
    try environment.restore(state)
    let step = environment.step([0, 0, 0, 0])
    #expect(try #require(environment.scene).hull.state.position.x < 0)
    #expect(step.isTerminated && step.reward == -100)
    #expect(environment.simulation?.hullHasTouched == false)
  }

  @Test func actionsBeyondTheBoxAreClipped() {
    var (first, second) = (BipedalWalker(), BipedalWalker())
    _ = (first.reset(seed: 2), second.reset(seed: 2))
    for _ in 0..<20 {
      let (step, expected) = (first.step([7, -.infinity, 2, 0.3]), second.step([1, -1, 1, 0.3]))
      #expect(bits(step.observation) == bits(expected.observation))
      #expect(step.reward == expected.reward)
    }
  }

  @Test func resetWithoutSeedContinuesTheStream() {
    var environment = BipedalWalker(hardcore: true)
    let first = environment.reset(seed: 9)
    let second = environment.reset()
    #expect(first != second)
    #expect(environment.reset(seed: 9, options: [:]) == first)
    #expect(environment.reset() == second)
  }

  @Test(arguments: [false, true]) func randomStepsStayFinite(hardcore: Bool) {
    var environment = BipedalWalker(hardcore: hardcore)
    var generator = PCG64(seed: 5)
    _ = environment.reset(seed: 0)
    // In a full run 100,000 steps; most episodes end within 100.
    for index in 0..<(RecordedReturns.isFullRun ? 100_000 : 5000) {
      let step = environment.step(environment.actionSpace.sample(using: &generator))
      guard step.reward.isFinite, step.observation.allSatisfy(\.isFinite) else {
        Issue.record("step \(index): \(step)")
        return
      }
      // Some go on after their end, where fallen walkers kick about.
      if step.isTerminated && index % 7 == 0 { _ = environment.reset() }
    }
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = BipedalWalker()
      _ = environment.step([0, 0, 0, 0])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func wrongNumberOfTorquesStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = BipedalWalker()
      _ = environment.reset(seed: 0)
      _ = environment.step([0, .nan, 0, 0])
    }
    expectMessage("BipedalWalker takes four numbers as an action", of: result)
  }
}

extension BipedalWalker: Replayable {
  mutating func step(_ action: Recording.Action) -> Step<[Float]> {
    guard case .continuous(let torques) = action else {
      preconditionFailure("The action is of the other kind.")
    }
    return step(torques)
  }
}

extension BipedalWalkerState {
  /// How many of the world's numbers each body has.
  fileprivate var bodyWidth: Int { 11 }
}
