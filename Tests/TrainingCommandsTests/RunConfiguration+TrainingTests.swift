import Agents
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct RunConfigurationTrainingTests {
  private let task: TrainingTask

  init() throws {
    task = try TrainingTask(Corridor.specification, actionRepeat: 1, environments: testEnvironments)
  }

  @Test func thePlanHasAllThatEndsARun() throws {
    let plan = try configuration(
      "--env", "corridor", "--episodes", "7", "--steps", "90", "--batch-episodes", "2",
      "--solve-stop", "--seed", "4"
    ).plan(in: task)
    #expect(plan.episodes == 7 && plan.maximumSteps == 90 && plan.episodesPerBatch == 2)
    #expect(plan.stopsWhenSolved && plan.seed == 4 && plan.rewardThreshold == 0.5)
  }

  @Test func theVarianceIsMeasuredWhenItIsDue() throws {
    let configuration = try configuration(
      "--env", "corridor", "--algo", "a2c", "--variance-every", "3", "--variance-episodes", "4",
      "--episodes", "7")
    var streams = RandomStreams(seed: 1)
    var agent = A2CAgent(task.setting(configuration), using: &streams.initialization)
    var environment = Corridor()
    var measured: [Int: Double] = [:]
    _ = train(&agent, in: &environment, plan: configuration.plan(in: task)) { record, agent in
      if let summary = configuration.measureVariance(of: agent, after: record, in: task) {
        #expect(summary.estimates == 4)
        measured[record.episode] = summary.logTrace
      }
      return true
    }
    #expect(measured.keys.sorted() == [3, 6])
    #expect(measured[3] != measured[6])
  }
}
