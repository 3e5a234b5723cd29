import BanditEnvironments
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct ContinuousMatchingTests {
  @Test func theTargetsAreTheOptimum() {
    var environment = ContinuousMatching(count: 10, horizon: 10)
    var observation = environment.reset(seed: 1)
    var signs: Set<Float> = []
    var generator = PCG64(seed: 2)
    for _ in 0..<10 {
      signs.insert(observation[0])
      let targets = environment.targets.map { observation[0] * Float($0) }
      var copy = environment
      let step = environment.step(targets)
      #expect(abs(step.reward - environment.optimalReturn) < 1e-12)
      // Anything else is worse, also near the optimum.
      #expect(copy.step(targets.map { $0 + Float(generator.uniform(-0.04, 0.04)) }).reward < -1e-5)
      observation = step.observation
    }
    #expect(signs == [-1, 1])
  }

  /// −½ [(2 − ¼)² + (−2 − ¾)² + (2 − ¼)(−2 − ¾)] at the bounds.
  @Test func rewardIsThatOfTheFormula() {
    var environment = ContinuousMatching(count: 2)
    _ = environment.reset(seed: 1)
    #expect(abs(environment.step([2, -2]).reward - -93.0 / 32) < 1e-12)
    #expect(environment.step([.infinity, -7]).reward == environment.step([2, -2]).reward)
  }

  @Test(arguments: [(1, 1), (5, 1), (3, 10)])
  func randomActionsEarnTheirReturn(count: Int, horizon: Int) {
    let environment = ContinuousMatching(count: count, horizon: horizon)
    let returns = sampledReturns(of: environment, episodes: 4000)
    let centre = mean(returns)
    let error = (mean(returns.map { ($0 - centre) * ($0 - centre) }) / 4000).squareRoot()
    #expect(abs(centre - environment.randomReturn) < 4 * error)
    #expect(error < 0.02 * abs(centre))
  }

  @Test func keepsTheContractOfEnvironments() throws {
    for specification in ContinuousMatching.specifications {
      #expect(checkEnvironment(specification.make(), stepCount: 40).isEmpty)
    }
    try expectContinuation(ContinuousMatching(count: 4, horizon: 7))
  }

  @Test(arguments: [
    ("continuous-matching-1", 1, 1, -0.0792), ("continuous-matching-10", 10, 1, -0.0974),
    ("continuous-matching-100", 100, 1, -0.0997), ("continuous-matching-1000", 1000, 1, -0.1000),
    ("continuous-matching-10x10", 10, 10, -0.9743),
  ])
  func registeredVersions(name: String, count: Int, horizon: Int, threshold: Double) throws {
    let registry = EnvironmentRegistry(ContinuousMatching.specifications)
    let specification = try registry.specification(named: name)
    #expect(abs(try #require(specification.rewardThreshold) - threshold) < 1e-4)
    let limited = try #require(specification.make() as? TimeLimit<ContinuousMatching>)
    #expect(limited.maxEpisodeSteps == horizon && limited.base.horizon == horizon)
    #expect(limited.actionSpace.count == count)
  }

  @Test func notANumberStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = ContinuousMatching(count: 1)
      _ = environment.reset(seed: 1)
      _ = environment.step([.nan])
    }
    expectMessage("An action has 1 numbers; got [nan].", of: result)
  }
}
