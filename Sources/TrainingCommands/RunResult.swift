import ExperimentLogging
import ReinforcementLearning

/// What a run came to: `result.json` and the table at the end.
struct RunResult {
  let configuration: RunConfiguration
  let training: TrainingResult
  let best: BestAgent
  let rewardThreshold: Double?
  /// The time that training took, measurements included.
  let wallTime: Duration
  /// The time that measurements took.
  let measuringTime: Duration
  let wasInterrupted: Bool
  /// The final agent's; `nil` where none was asked for or the run was interrupted.
  var evaluation: EvaluationReport?

  /// The speed of training itself.
  var stepsPerSecond: Double {
    Double(training.steps) / max((wallTime - measuringTime) / .seconds(1), 1e-9)
  }

  /// The contents of `result.json`.
  var json: JSONValue {
    [
      "environment": .text(configuration.environment),
      "algorithm": .text(configuration.algorithm),
      "seed": .integer(Int(configuration.seed)),
      "episodes": .integer(training.episodes),
      "steps": .integer(training.steps),
      "interrupted": .boolean(wasInterrupted),
      "reward_threshold": JSONValue(rewardThreshold),
      "solved_at_episode": JSONValue(training.solvedAtEpisode),
      "solved_at_step": JSONValue(training.solvedAtStep),
      "final_mean_return": JSONValue(training.recentMeanReturn),
      "best_mean_return": JSONValue(best.meanReturn),
      "best_at_episode": JSONValue(best.episode),
      "wall_seconds": JSONValue(wallTime / .seconds(1)),
      "steps_per_second": JSONValue(stepsPerSecond),
      "evaluation": evaluation?.json ?? .null,
    ]
  }

  /// The table for a terminal.
  var table: TextTable {
    func fixed(_ value: Double) -> String { Format.fixed(value, decimals: 1) }
    var table = TextTable([.init("result"), .init("")])
    table.addRow(["episodes", "\(training.episodes)"])
    table.addRow(["steps", "\(training.steps)"])
    table.addRow(["wall time", Format.duration(wallTime)])
    table.addRow(["speed", Format.rate(stepsPerSecond, "steps")])
    let count = min(100, training.episodes)
    table.addRow(["mean return of the last \(count)", fixed(training.recentMeanReturn)])
    if let mean = best.meanReturn, let episode = best.episode {
      table.addRow(["best mean return of 100", "\(fixed(mean)) at episode \(episode)"])
    }
    table.addRow(["solved", solved])
    return table
  }

  private var solved: String {
    guard let threshold = rewardThreshold else { return "no threshold is set" }
    guard let episode = training.solvedAtEpisode, let step = training.solvedAtStep else {
      return "no (a mean return of \(Format.fixed(threshold, decimals: 0)) over 100 episodes)"
    }
    return "at episode \(episode), step \(step)"
  }
}
