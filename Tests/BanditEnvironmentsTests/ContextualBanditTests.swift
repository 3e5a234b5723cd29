import BanditEnvironments
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct ContextualBanditTests {
  /// Around the origin a direction is at most π/8 away, all with the same probability, and the length
  /// is a Rayleigh number: σ √(π/2) sin(π/8) / (π/8).
  @Test func theOptimumAroundTheOriginIsTheClosedForm() {
    let environment = ContextualBandit(distance: 0, deviation: 2)
    #expect(abs(environment.optimalReturn - 2.442_697_618_873_221_5) < 1e-9)
  }

  /// The property is an integral; this is a mean over contexts.
  @Test(arguments: [(1.0, 0.5), (1, 0.2), (0.3, 1)])
  func theOptimumIsWhatTheBestActionsEarn(distance: Double, deviation: Double) {
    var environment = ContextualBandit(distance: distance, deviation: deviation)
    _ = environment.reset(seed: 1)
    let returns = (0..<4000).map { _ in
      _ = environment.reset()
      return (0..<8).map { environment.step($0).reward }.max() ?? 0
    }
    let centre = mean(returns)
    let error = (mean(returns.map { ($0 - centre) * ($0 - centre) }) / 4000).squareRoot()
    #expect(abs(centre - environment.optimalReturn) < 4 * error)
    #expect(error < 0.02)
  }

  @Test func rewardIsTheScalarProduct() throws {
    var environment = ContextualBandit()
    let observation = environment.reset(seed: 1)
    let context = try #require(environment.context)
    #expect(observation == SIMD2<Float>(context))
    #expect(environment.step(0).reward == context.x)
    #expect(abs(environment.step(2).reward - context.y) < 1e-15)
    #expect(abs(environment.step(5).reward + (context.x + context.y) * 0.5.squareRoot()) < 1e-15)
    let sum = (0..<8).reduce(0) { $0 + environment.step($1).reward }
    #expect(abs(sum - environment.randomReturn) < 1e-12)
  }

  @Test func contextsAreFromFourGaussians() {
    var environment = ContextualBandit(distance: 3, deviation: 0.1)
    _ = environment.reset(seed: 1)
    let contexts = (0..<400).map { _ in environment.reset() }
    for centre in [SIMD2<Float>(3, 0), SIMD2(0, 3), SIMD2(-3, 0), SIMD2(0, -3)] {
      let near = contexts.count { (($0 - centre) * ($0 - centre)).sum() < 0.25 }
      #expect((60...140).contains(near))
    }
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(ContextualBandit(), stepCount: 40).isEmpty)
    for specification in ContextualBandit.specifications {
      #expect(checkEnvironment(specification.make(), stepCount: 40).isEmpty)
    }
    try expectContinuation(ContextualBandit())
  }

  @Test func registeredVersion() throws {
    let registry = EnvironmentRegistry(ContextualBandit.specifications)
    let specification = try registry.specification(named: "contextual-bandit")
    #expect(specification.rewardThreshold == ContextualBandit().solvedReturn)
    #expect((specification.make() as? TimeLimit<ContextualBandit>)?.maxEpisodeSteps == 1)
  }

  @Test func unknownActionsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = ContextualBandit()
      _ = environment.reset(seed: 1)
      _ = environment.step(8)
    }
    expectMessage("The action must be 0 to 7; got 8.", of: result)
  }
}
