import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderTests {
  @Test func spacesAreGymnasiums() {
    let environment = LunarLander()
    #expect(environment.actionSpace == Discrete(4))
    #expect(environment.observationSpace.low == [-2.5, -2.5, -10, -10, -2 * .pi, -10, 0, 0])
    #expect(environment.observationSpace.high == [2.5, 2.5, 10, 10, 2 * .pi, 10, 1, 1])
  }

  @Test func registryFindsIt() throws {
    let registry = EnvironmentRegistry(LunarLander.specifications)
    let specification = try registry.specification(named: "LunarLander-v3")
    #expect(specification.name == "lunarlander")
    #expect(specification.maxEpisodeSteps == 1000)
    #expect(specification.rewardThreshold == 200)
    #expect(specification.makeBase() is LunarLander)
    #expect(try registry.make(named: "lunarlander") is TimeLimit<LunarLander>)
  }

  @Test func enginesPushAsDocumented() throws {
    let coasting = try changeOfVelocity(action: 0)
    let left = try changeOfVelocity(action: 1)
    let main = try changeOfVelocity(action: 2)
    let right = try changeOfVelocity(action: 3)
    #expect(left.velocity.x < coasting.velocity.x && right.velocity.x > coasting.velocity.x)
    #expect(left.spin > coasting.spin && right.spin < coasting.spin)
    #expect(main.velocity.y > coasting.velocity.y + 0.1)
    #expect(abs(main.velocity.x - coasting.velocity.x) < 0.05)
  }

  @Test func sameSeedGivesSameEpisode() {
    var environment = LunarLander(enableWind: true)
    var other = LunarLander(enableWind: true)
    let first = trajectory(of: &environment, seed: 17)
    #expect(first.count > 50)
    #expect(trajectory(of: &other, seed: 17) == first)
    for seed in 100..<105 { _ = trajectory(of: &environment, seed: UInt64(seed)) }
    #expect(trajectory(of: &environment, seed: 17) == first)
    #expect(trajectory(of: &environment, seed: 18) != first)
  }

  @Test func resetInTheMiddleStartsAfresh() {
    var environment = LunarLander()
    let first = trajectory(of: &environment, seed: 3)
    _ = environment.reset(seed: 4)
    for _ in 0..<30 { _ = environment.step(2) }
    #expect(trajectory(of: &environment, seed: 3) == first)
  }

  @Test func resetWithoutSeedContinuesTheStream() {
    var environment = LunarLander()
    let first = environment.reset(seed: 9)
    let second = environment.reset()
    #expect(first != second)
    #expect(environment.reset(seed: 9) == first)
    #expect(environment.reset() == second)
    // 12 heights, 2 forces and 2 dispersions per reset.
    var generator = PCG64(seed: 9)
    for _ in 0..<32 { _ = generator.next() }
    #expect(environment.core.generator == generator)
  }

  @Test func environmentsWithoutSeedDiffer() {
    var (first, second) = (LunarLander(), LunarLander())
    #expect(first.reset() != second.reset())
  }

  @Test func servesAsAnyEnvironment() {
    func firstObservation(_ environment: some Environment) -> [Float] {
      var environment = environment
      return environment.reset(seed: 1, options: ["unknown": 1]).scalars
    }
    let environment: any Environment = LunarLander()
    var lander = LunarLander()
    #expect(firstObservation(environment) == lander.reset(seed: 1).scalars)
  }

  /// A crashing lander may leave the declared bounds, of which the checker only warns.
  @Test func keepsTheContractOfEnvironments() {
    for seed: UInt64 in 0..<3 {
      let calm = checkEnvironment(LunarLander(), seed: seed)
      #expect(calm.filter { !$0.isWarning }.isEmpty)
      let windy = checkEnvironment(LunarLander(enableWind: true), seed: seed)
      #expect(windy.filter { !$0.isWarning }.isEmpty)
    }
  }

  @Test func controllerEarnsWhatItEarnsInGymnasium() {
    let recorded = RecordedReturns(variant: "discrete")
    #expect((recorded.returns.count, recorded.lengths.count) == (1000, 1000))
    var environment = LunarLander()
    recorded.expectEqual(
      recorded.seeds(atMost: 100).map { seed in
        play(from: environment.reset(seed: seed)) {
          environment.step(HeuristicController().discreteAction($0))
        }
      })
  }

  @Test func controllerEarnsInWindWhatItEarnsInGymnasium() {
    let recorded = RecordedReturns(variant: "wind")
    var environment = LunarLander(enableWind: true)
    recorded.expectEqual(
      recorded.seeds(atMost: 50).map { seed in
        play(from: environment.reset(seed: seed)) {
          environment.step(HeuristicController().discreteAction($0))
        }
      })
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = LunarLander()
      _ = environment.step(0)
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func unknownActionStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = LunarLander()
      _ = environment.reset(seed: 0)
      _ = environment.step(4)
    }
    expectMessage("LunarLander has the actions 0, 1, 2 and 3; got 4.", of: result)
  }

  /// What the hull does over the first five steps with the same action.
  private func changeOfVelocity(
    action: Int
  ) throws -> (velocity: SIMD2<Float>, spin: Float) {
    var environment = LunarLander()
    _ = environment.reset(seed: 0)
    let before = try #require(environment.scene).hull.state
    for _ in 0..<5 { _ = environment.step(action) }
    let after = try #require(environment.scene).hull.state
    return (after.velocity - before.velocity, after.angularVelocity - before.angularVelocity)
  }

  /// Observations and rewards of an episode with a fixed pattern of actions.
  private func trajectory(of environment: inout LunarLander, seed: UInt64) -> [[Double]] {
    var rows = [environment.reset(seed: seed).scalars.map(Double.init)]
    for index in 0..<150 {
      let step = environment.step(index * index % 4)
      rows.append(step.observation.scalars.map(Double.init) + [step.reward])
    }
    return rows
  }
}
