import Testing

@testable import ReinforcementLearning
@testable import TrainingCommands

@Suite struct RunResultTests {
  private func result(solvedAt episode: Int?, threshold: Double?) throws -> RunResult {
    var training = TrainingResult()
    training.episodes = 2
    training.steps = 300
    training.solvedAtEpisode = episode
    training.solvedAtStep = episode.map { $0 * 10 }
    training.returns = [1, 2]
    return RunResult(
      configuration: try configuration("--env", "corridor", "--seed", "5"), training: training,
      best: BestAgent(), rewardThreshold: threshold, wallTime: .seconds(5),
      measuringTime: .seconds(3), wasInterrupted: false)
  }

  private func member(_ name: String, of result: RunResult) -> JSONValue? {
    result.json.members?.first { $0.name == name }?.value
  }

  @Test func saysEverythingAndNullForWhatThereIsNot() throws {
    let result = try result(solvedAt: nil, threshold: 0.5)
    #expect(member("seed", of: result) == .integer(5))
    #expect(member("solved_at_episode", of: result) == .null)
    #expect(member("solved_at_step", of: result) == .null)
    #expect(member("final_mean_return", of: result) == .number(1.5))
    #expect(member("best_mean_return", of: result) == .null)
    #expect(member("evaluation", of: result) == .null)
    #expect(
      member("solved_at_step", of: try self.result(solvedAt: 2, threshold: 1)) == .integer(20))
  }

  @Test func countsTheSpeedWithoutMeasurements() throws {
    let result = try result(solvedAt: nil, threshold: nil)
    #expect(result.stepsPerSecond == 150)
    #expect(member("wall_seconds", of: result) == .number(5))
  }

  @Test func tellsAReaderWhetherItIsSolved() throws {
    func solved(_ episode: Int?, _ threshold: Double?) throws -> String? {
      try result(solvedAt: episode, threshold: threshold).table.description
        .split(separator: "\n").last.map(String.init)
    }
    #expect(try solved(2, 10)?.hasSuffix("at episode 2, step 20") == true)
    #expect(try solved(nil, 10)?.hasSuffix("no (a mean return of 10 over 100 episodes)") == true)
    #expect(try solved(nil, nil)?.hasSuffix("no threshold is set") == true)
  }
}
