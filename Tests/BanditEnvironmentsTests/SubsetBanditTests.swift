import BanditEnvironments
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct SubsetBanditTests {
  @Test(arguments: [(1, 1), (6, 2), (10, 5), (4, 4)])
  func noSubsetIsBetterThanTheGoodOne(count: Int, goodCount: Int) {
    let environment = SubsetBandit(count: count, goodCount: goodCount)
    let rewards = binaryActions(count: count).map { environment.reward(of: $0) }
    #expect(rewards.max() == environment.optimalReturn)
    #expect(rewards.count { $0 == environment.optimalReturn } == 1)
    #expect(environment.reward(of: environment.optimalAction) == environment.optimalReturn)
    #expect(abs(environment.randomReturn - mean(rewards)) < 1e-12)
  }

  /// Two good arms and one bad one of five good ones in twenty; then all arms.
  @Test func rewardIsThatOfTheFormula() {
    let environment = SubsetBandit()
    var action = environment.optimalAction
    var goodLeft = 3
    for index in action.indices where action[index] == 1 && goodLeft > 0 {
      action[index] = 0
      goodLeft -= 1
    }
    action[environment.isGood.firstIndex(of: false) ?? 0] = 1
    #expect(abs(environment.reward(of: action) - (1.5 / 5 - 4.0 / 20)) < 1e-15)
    let all = Array(repeating: 1, count: 20)
    #expect(abs(environment.reward(of: all) - ((5 - 7.5) / 5 - 225.0 / 20)) < 1e-12)
  }

  @Test func theSeedOfTheArmsDecidesWhichAreGood() {
    let environment = SubsetBandit()
    #expect(environment.isGood == SubsetBandit().isGood && environment.goodCount == 5)
    #expect(environment.isGood != SubsetBandit(armSeed: 1).isGood)
    // Not in a row, where a guess would find them.
    #expect(environment.isGood.prefix(5).contains(false))
  }

  @Test func keepsTheContractOfEnvironments() throws {
    #expect(checkEnvironment(SubsetBandit(), stepCount: 40).isEmpty)
    for specification in SubsetBandit.specifications {
      #expect(checkEnvironment(specification.make(), stepCount: 40).isEmpty)
    }
    try expectContinuation(SubsetBandit())
  }

  @Test func registeredVersion() throws {
    let registry = EnvironmentRegistry(SubsetBandit.specifications)
    let specification = try registry.specification(named: "subset-bandit")
    #expect(abs(try #require(specification.rewardThreshold) - 0.8625) < 1e-12)
    #expect((specification.make() as? TimeLimit<SubsetBandit>)?.maxEpisodeSteps == 1)
  }

  @Test func moreGoodArmsThanArmsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SubsetBandit(count: 3, goodCount: 4) }
    expectMessage(
      "Of 3 arms 4 cannot be good; one at least, and no more than there are.", of: result)
  }
}
