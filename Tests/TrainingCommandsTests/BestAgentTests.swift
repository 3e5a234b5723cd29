import Agents
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct BestAgentTests {
  @Test func keepsTheParametersOfTheBestHundredEpisodes() throws {
    let task = try TrainingTask(
      Corridor.specification, actionRepeat: 1, environments: testEnvironments)
    var streams = RandomStreams(seed: 1)
    let configuration = try configuration("--env", "corridor", "--hidden", "4")
    var agent = REINFORCEAgent(task.setting(configuration), using: &streams.initialization)
    var environment = TimeLimit(Corridor(), maxEpisodeSteps: 20)

    var best = BestAgent()
    var expected: (mean: Double, episode: Int, first: [Float])?
    _ = train(&agent, in: &environment, plan: TrainingPlan(episodes: 150)) { record, agent in
      best.consider(agent, after: record)
      if record.episode >= 100, record.recentMeanReturn > expected?.mean ?? -.infinity {
        expected = (record.recentMeanReturn, record.episode, agent.parameters[0].values)
      }
      #expect((best.episode == nil) == (record.episode < 100))
      return true
    }
    #expect(best.meanReturn == expected?.mean)
    #expect(best.episode == expected?.episode)
    #expect(best.restored(into: agent).parameters[0].values == expected?.first)
  }

  @Test func isTheAgentItselfWithoutAHundredEpisodes() throws {
    let task = try TrainingTask(
      Corridor.specification, actionRepeat: 1, environments: testEnvironments)
    var streams = RandomStreams(seed: 1)
    let agent = A2CAgent(
      task.setting(try configuration("--env", "corridor")), using: &streams.initialization)
    #expect(
      BestAgent().restored(into: agent).parameters.map(\.values) == agent.parameters.map(\.values))
  }
}
