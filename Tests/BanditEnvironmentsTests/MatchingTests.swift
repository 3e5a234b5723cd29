import BanditEnvironments
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct MatchingTests {
  @Test(arguments: [1, 2, 3, 5, 10], [1, -1])
  func noActionIsBetterThanTheOptimum(count: Int, sign: Int) {
    let environment = Matching(count: count)
    let rewards = binaryActions(count: count).map { environment.reward(of: $0, sign: sign) }
    let best = environment.reward(of: environment.optimalAction(sign: sign), sign: sign)
    // Sums in another order may differ in the last place.
    #expect(abs(best - (rewards.max() ?? 0)) < 1e-15)
    #expect(abs(environment.optimalReturn - best) < 1e-15)
    #expect(abs(environment.randomReturn - mean(rewards)) < 1e-14)
  }

  /// −1/3 [(1 − 1/6)² + (1 − ½)² + (0 − 5/6)² + (1 − 1/6) ½ + ½ (0 − 5/6)], and with the targets in the
  /// other order.
  @Test func rewardIsThatOfTheFormula() {
    let environment = Matching(count: 3)
    #expect(abs(environment.reward(of: [1, 1, 0], sign: 1) - -59.0 / 108) < 1e-15)
    #expect(abs(environment.reward(of: [1, 1, 0], sign: -1) - -11.0 / 108) < 1e-15)
    #expect(abs(Matching(count: 1).reward(of: [0], sign: 1) - -0.2025) < 1e-15)
  }

  /// In the middle of the chain neighbours take turns, which no switch would do by itself.
  @Test func theOptimumCouplesNeighbours() {
    let action = Matching(count: 100).optimalAction(sign: 1)
    #expect(zip(action, action.dropFirst()).count { $0 != $1 } > 10)
    #expect(action.first == 0 && action.last == 1)
  }

  @Test func anEpisodeHasAsManyRewardsAsSteps() {
    var environment = Matching(count: 10, horizon: 10)
    var observation = environment.reset(seed: 1)
    var (total, signs) = (0.0, Set<Float>())
    for index in 1...10 {
      signs.insert(observation[0])
      let action = environment.optimalAction(sign: Int(observation[0]))
      let step = environment.step(action)
      #expect(step.isTerminated == (index == 10) && !step.isTruncated)
      total += step.reward
      observation = step.observation
    }
    #expect(signs == [-1, 1])
    #expect(abs(total - environment.optimalReturn) < 1e-12)
    #expect(abs(Matching(count: 10).optimalReturn * 10 - total) < 1e-12)
  }

  @Test func aSingleStepHasNothingRandom() {
    var environment = Matching(count: 10)
    #expect((0..<20).allSatisfy { environment.reset(seed: $0) == [1] })
    let step = environment.step(environment.optimalAction(sign: 1))
    #expect(step.reward == environment.optimalReturn && step.isTerminated)
  }

  @Test func keepsTheContractOfEnvironments() throws {
    for specification in Matching.specifications {
      #expect(checkEnvironment(specification.make(), stepCount: 40).isEmpty)
    }
    try expectContinuation(Matching(count: 4, horizon: 7))
    try expectContinuation(Matching(count: 4))
  }

  @Test(arguments: [
    ("matching-1", 1, 1, -0.205), ("matching-10", 10, 1, -0.0577),
    ("matching-100", 100, 1, -0.0603),
    ("matching-1000", 1000, 1, -0.0604), ("matching-10x10", 10, 10, -0.5775),
  ])
  func registeredVersions(name: String, count: Int, horizon: Int, threshold: Double) throws {
    let registry = EnvironmentRegistry(Matching.specifications)
    let specification = try registry.specification(named: name)
    #expect(abs(try #require(specification.rewardThreshold) - threshold) < 1e-4)
    let limited = try #require(specification.make() as? TimeLimit<Matching>)
    #expect(limited.maxEpisodeSteps == horizon && limited.base.horizon == horizon)
    #expect(limited.actionSpace == MultiBinary(count))
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = Matching(count: 1)
      _ = environment.step([1])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func unknownActionsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = Matching(count: 2)
      _ = environment.reset(seed: 1)
      _ = environment.step([0, 2])
    }
    expectMessage("Each of the 2 switches takes 0 or 1; got [0, 2].", of: result)
  }
}
