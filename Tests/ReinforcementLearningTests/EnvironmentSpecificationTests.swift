import ReinforcementLearning
import Testing

@Suite struct EnvironmentSpecificationTests {
  let corridor = EnvironmentSpecification(
    name: "corridor", gymnasiumIDs: ["Corridor-v2"], aliases: ["hall"], maxEpisodeSteps: 30,
    rewardThreshold: 4, summary: "Walk right.", make: { Corridor() })

  @Test func makeAppliesTheLimit() throws {
    let environment = try #require(corridor.make() as? TimeLimit<Corridor>)
    #expect(environment.maxEpisodeSteps == 30)
    #expect(corridor.makeBase() is Corridor)
  }

  @Test func theLimitCanBeChangedOrDropped() throws {
    var specification = corridor
    specification.maxEpisodeSteps = 50
    #expect((specification.make() as? TimeLimit<Corridor>)?.maxEpisodeSteps == 50)
    specification.maxEpisodeSteps = nil
    #expect(specification.make() is Corridor)
  }

  @Test func allNamesBeginWithTheShortOne() {
    #expect(corridor.allNames == ["corridor", "Corridor-v2", "hall"])
  }

  @Test func aNameIsEnough() {
    let plain = EnvironmentSpecification(name: "plain") { Corridor() }
    #expect(plain.maxEpisodeSteps == nil && plain.rewardThreshold == nil)
    #expect(plain.make() is Corridor)
  }
}
