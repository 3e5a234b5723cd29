import Experiments
import Files
import ReinforcementLearning
import Statistics

extension AgentTraining {
  // MARK: Rows

  static func row(_ record: EpisodeRecord, _ variance: GradientVariance.Summary?) -> MetricRow {
    [
      "episode": .integer(record.episode), "step": .integer(record.totalSteps),
      "return": .double(record.episodeReturn), "length": .integer(record.length),
      "entropy": MetricValue(record.update?.entropy),
      "gradient_norm": MetricValue(record.update?.gradientNorm),
      "control_variate_loss": MetricValue(record.update?.controlVariateLoss),
      "log_variance": MetricValue(variance?.logTrace),
    ]
  }

  static func measurement(
    _ variance: GradientVariance.Summary, _ record: EpisodeRecord
  ) -> (kind: String, row: MetricRow) {
    (
      "variance",
      [
        "episode": .integer(record.episode), "step": .integer(record.totalSteps),
        "log_trace": .double(variance.logTrace),
        "log_trace_standard_error": .double(variance.logTraceStandardError),
        "mean_log_variance": .double(variance.meanLogVariance),
        "constant_coordinates": .integer(variance.constantCoordinates),
        "estimates": .integer(variance.estimates),
      ]
    )
  }

  static func measurement(
    _ report: EvaluationReport, _ record: EpisodeRecord
  ) -> (kind: String, row: MetricRow) {
    (
      "evaluation",
      [
        "episode": .integer(record.episode), "step": .integer(record.totalSteps),
        "sampled_mean_return": .double(report.sampled.meanReturn),
        "sampled_standard_error": .double(report.sampled.standardError),
        "greedy_mean_return": .double(report.greedy.meanReturn),
        "greedy_standard_error": .double(report.greedy.standardError),
        "episodes": .integer(report.sampled.returns.count),
      ]
    )
  }

  // MARK: The result

  /// The result for a terminal.
  static func table(
    _ progress: TrainingProgress, best: (mean: Double, episode: Int)?, threshold: Double?,
    _ clock: RunClock
  ) -> TextTable {
    func figure(_ value: Double) -> String { Format.legible(value, decimals: 1) }
    var table = TextTable([.init("result"), .init("")])
    table.addRow(["episodes", "\(progress.episodes)"])
    table.addRow(["steps", "\(progress.steps)"])
    table.addRow(["wall time", Format.duration(clock.wallTime)])
    table.addRow(["speed", Format.rate(clock.rate(progress.steps), "steps")])
    table.addRow([
      "mean return of the last \(progress.recentReturns.count)", figure(progress.recentMeanReturn),
    ])
    if let best {
      table.addRow(["best mean return of 100", "\(figure(best.mean)) at episode \(best.episode)"])
    }
    table.addRow(["solved", solved(progress, threshold)])
    return table
  }

  private static func solved(_ progress: TrainingProgress, _ threshold: Double?) -> String {
    guard let threshold else { return "no threshold is set" }
    guard let episode = progress.solvedAtEpisode, let step = progress.solvedAtStep else {
      return "no (a mean return of \(Format.legible(threshold, decimals: 0)) over 100 episodes)"
    }
    return "at episode \(episode), step \(step)"
  }

  // MARK: Comparisons

  public static var measures: [Measure] {
    [
      Measure("episodes_to_solve", "episodes to solve", isLessBetter: true) { run in
        guard run.result("reward_threshold")?.double != nil else { return nil }
        // A run that has diverged would have learned nothing in what it lacks of its budget.
        let isCut = run.hasDiverged && run.result("planned_steps")?.integer == nil
        return run.result("solved_at_episode")?.double
          ?? run.result(isCut ? "planned_episodes" : "episodes")?.double
      },
      Measure("steps_to_solve", "steps to solve", isLessBetter: true) { run in
        guard run.result("reward_threshold")?.double != nil,
          let taken = run.result("steps")?.double
        else { return nil }
        let planned = run.hasDiverged ? run.result("planned_steps")?.double ?? 0 : 0
        return run.result("solved_at_step")?.double ?? max(taken, planned)
      },
      Measure(result: "final_mean_return", "mean return of the last 100"),
      // Where --eval-episodes asks for them.
      Measure(result: "evaluation.sampled.mean_return", "the final agent's, sampled"),
      Measure(result: "evaluation.greedy.mean_return", "the final agent's, greedy"),
      // How fast it was learned as well as how far; runs of different length do not compare.
      Measure("mean_return", "mean return of all episodes") { run in
        let returns = run.numbers("return")
        return run.result("planned_episodes")?.integer == returns.count ? mean(returns) : nil
      },
      Measure("log_variance", "log-variance of the gradient", isLessBetter: true) { run in
        let values = run.numbers("log_variance")
        return values.isEmpty ? nil : mean(values)
      },
      Measure(
        "wall_seconds", "wall time of a run, s", isLessBetter: true, isReproducible: false
      ) { run in
        guard let wall = run.result("wall_seconds")?.double else { return nil }
        return wall - (run.result("measuring_seconds")?.double ?? 0)
      },
    ]
  }

  public static let tuningMeasure = "final_mean_return"

  public static var curves: [Curve] {
    [
      Curve(
        "20-episode mean return", label: "return", column: "return", over: ["episode", "step"],
        window: 20),
      Curve(
        "Log-variance of the gradient", label: "log-variance", column: "log_variance",
        over: ["episode", "step"]),
    ]
  }

  /// A comparison is about learning; its runs end without an evaluation, unless it is asked for.
  public static func comparisonVariants(
    _ variants: [Variant<AgentSettings>], shared: SettingValues<AgentSettings>
  ) -> [Variant<AgentSettings>] {
    variants.map { variant in
      var settings = variant.settings
      if settings["eval-episodes"] == nil, shared["eval-episodes"] == nil {
        settings["eval-episodes"] = .integer(0)
      }
      return Variant(variant.name, settings)
    }
  }

  public static func remarks(
    on records: [[RunRecord<AgentSettings>]], names: [String]
  ) -> [String] {
    guard let first = records.first?.first else { return [] }
    let budgets = records.compactMap(\.first?.settings).map { settings in
      "\(settings.environment), at most "
        + (settings.steps.map { "\($0) steps" } ?? "\(settings.episodes) episodes")
    }
    // Presets may differ in how long they last, and what has more may seem to be better.
    let isEqual = Set(budgets).count == 1
    var remarks = [
      isEqual
        ? "\(budgets[0])."
        : "Not the same for all: "
          + zip(names, budgets).map { "\($0) \($1)" }.joined(separator: "; ")
          + "."
    ]
    guard let threshold = first.values.result("reward_threshold")?.double else { return remarks }
    let goal = Int(exactly: threshold).map { "\($0)" } ?? "\(threshold)"
    let solved = records.map { runs in
      runs.count { $0.values.result("solved_at_episode")?.integer != nil }
    }
    let counts = zip(zip(names, solved), records).map { "\($0.0) \($0.1) of \($1.count)" }
    remarks.append(
      "Solved (a mean return of \(goal) over 100 episodes): \(counts.joined(separator: ", ")).")
    if zip(solved, records).contains(where: { $0 < $1.count }) {
      remarks.append(
        "A run that was not solved counts with all its episodes and steps, which makes these means "
          + "lower bounds.")
    }
    return remarks
  }
}
