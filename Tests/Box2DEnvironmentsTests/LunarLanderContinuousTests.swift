import ReinforcementLearning
import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderContinuousTests {
  @Test func spacesAreGymnasiums() {
    let environment = LunarLanderContinuous()
    #expect(environment.actionSpace == Box(low: [-1, -1], high: [1, 1]))
    #expect(environment.observationSpace == LunarLander().observationSpace)
  }

  @Test func registryFindsIt() throws {
    let registry = EnvironmentRegistry(
      LunarLander.specifications + LunarLanderContinuous.specifications)
    let specification = try registry.specification(named: "LunarLanderContinuous-v3")
    #expect(specification.name == "lunarlander-continuous")
    #expect(specification.maxEpisodeSteps == 1000)
    #expect(specification.rewardThreshold == 200)
    let made = try registry.make(named: "lunarlander-continuous")
    #expect(made is TimeLimit<LunarLanderContinuous>)
  }

  @Test func fullThrottleIsTheDiscreteEngine() {
    let actions: [(Int, [Float])] = [
      (0, [0, 0]), (0, [-1, 0.5]), (0, [-0.3, -0.5]), (1, [0, -1]), (2, [1, 0]), (3, [-1, 1]),
    ]
    for (discrete, continuous) in actions {
      var (first, second) = (LunarLander(), LunarLanderContinuous())
      #expect(first.reset(seed: 8) == second.reset(seed: 8))
      for _ in 0..<20 {
        let (expected, step) = (first.step(discrete), second.step(continuous))
        #expect(step.observation == expected.observation, "\(continuous)")
        #expect(step.reward == expected.reward, "\(continuous)")
      }
    }
  }

  @Test func actionsBeyondTheBoxAreClipped() {
    var (first, second) = (LunarLanderContinuous(), LunarLanderContinuous())
    _ = (first.reset(seed: 2), second.reset(seed: 2))
    for _ in 0..<20 {
      let (step, expected) = (first.step([7, -.infinity]), second.step([1, -1]))
      #expect(step.observation == expected.observation && step.reward == expected.reward)
    }
  }

  @Test func sameSeedGivesSameEpisode() {
    var environment = LunarLanderContinuous()
    func trajectory(seed: UInt64) -> [SIMD8<Float>] {
      [environment.reset(seed: seed)]
        + (0..<100).map { index in
          environment.step([Float(index % 3) - 1, Float(index % 5) / 2 - 1]).observation
        }
    }
    let first = trajectory(seed: 11)
    #expect(trajectory(seed: 12) != first)
    #expect(trajectory(seed: 11) == first)
  }

  @Test func resetWithoutSeedContinuesTheStream() {
    var environment = LunarLanderContinuous()
    let first = environment.reset(seed: 9)
    let second = environment.reset()
    #expect(first != second)
    #expect(environment.reset(seed: 9, options: [:]) == first)
    #expect(environment.reset() == second)
  }

  @Test func keepsTheContractOfEnvironments() {
    let problems = checkEnvironment(LunarLanderContinuous(), seed: 1)
    #expect(problems.filter { !$0.isWarning }.isEmpty)
  }

  @Test func controllerEarnsWhatItEarnsInGymnasium() {
    let recorded = RecordedReturns(variant: "continuous")
    var environment = LunarLanderContinuous()
    recorded.expectEqual(
      recorded.seeds(atMost: 50).map { seed in
        play(from: environment.reset(seed: seed)) {
          environment.step(HeuristicController().continuousAction($0))
        }
      })
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = LunarLanderContinuous()
      _ = environment.step([0, 0])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func wrongNumberOfThrottlesStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = LunarLanderContinuous()
      _ = environment.reset(seed: 0)
      _ = environment.step([0])
    }
    expectMessage("takes two numbers as an action; got [0.0].", of: result)
  }

  @Test func notANumberStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = LunarLanderContinuous()
      _ = environment.reset(seed: 0)
      _ = environment.step([0, .nan])
    }
    expectMessage("takes two numbers as an action; got [0.0, nan].", of: result)
  }
}
