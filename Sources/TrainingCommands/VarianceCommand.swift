import Agents
import ArgumentParser
import Checkpoints
import ExperimentLogging
import RandomNumbers
import ReinforcementLearning

/// Compares the variances of the policy-gradient estimators at a saved policy.
struct VarianceCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "variance",
    abstract: "Compare the gradient estimators' variances at the policy of a run.",
    discussion: """
      The policy is frozen. Each control variate is fitted on one set of its episodes and all are \
      measured on another, the same for each: the trace of the covariance of an episode's estimate \
      of the policy gradient, entropy left out.
      """)

  private static let episodesSetting = count("episodes", "How many episodes are measured on", 2)
  private static let fittingSetting = count("fit-episodes", "How many episodes are fitted on", 1)
  private static let valueSetting = count("value-steps", "Steps of V on its squared error", 0)
  private static let varianceSetting = count("cv-steps", "Steps on the variance", 0)
  private static let actionValueSetting = count(
    "action-value-steps", "Steps of action values on their temporal differences", 0)
  private static let refinementSetting = count(
    "refinement-steps", "Steps of action values on the variance after that", 0)

  @Argument(help: "The folder of a run.", completion: .directory)
  var directory: String

  @Option(help: "Which agent: at the end of the run, or at its best.")
  var checkpoint = CheckpointName.final

  @Flag(help: "Measure at the untrained policy that the run started from.")
  var untrained = false

  @Option(parsing: .unconditional, help: "How many episodes are measured on (2 or more; 500).")
  var episodes: String?

  @Option(parsing: .unconditional, help: "How many episodes are fitted on (1 or more; 500).")
  var fitEpisodes: String?

  @Option(parsing: .unconditional, help: "Steps of V on its squared error (0 or more; 4000).")
  var valueSteps: String?

  @Option(parsing: .unconditional, help: "Steps on the variance (0 or more; 3000).")
  var cvSteps: String?

  @Option(
    parsing: .unconditional,
    help: "Steps of action values on their temporal differences (0 or more; 4000).")
  var actionValueSteps: String?

  @Option(
    parsing: .unconditional,
    help: "Steps of action values on the variance after that, in a row of its own (0 or more; 0).")
  var refinementSteps: String?

  @Option(
    parsing: .unconditional, help: "Decides the episodes (0 or more; default: the run's seed).")
  var seed: String?

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func run(in context: CommandContext) throws {
    let run = try SavedRun(opening: directory, checkpoint: checkpoint)
    let seed = try Self.value(seed, Setting.seed, or: Int(run.seed))
    var plan = VarianceComparison.Plan()
    plan.seed = MeasurementSeed.variance(ofRun: UInt64(seed))
    plan.episodes = try Self.value(episodes, Self.episodesSetting, or: plan.episodes)
    plan.fittingEpisodes = try Self.value(
      fitEpisodes, Self.fittingSetting, or: plan.fittingEpisodes)
    plan.valueSteps = try Self.value(valueSteps, Self.valueSetting, or: plan.valueSteps)
    plan.varianceSteps = try Self.value(cvSteps, Self.varianceSetting, or: plan.varianceSteps)
    plan.actionValueSteps = try Self.value(
      actionValueSteps, Self.actionValueSetting, or: plan.actionValueSteps)
    plan.refinementSteps = try Self.value(
      refinementSteps, Self.refinementSetting, or: plan.refinementSteps)

    let task = try run.task(environments: context.environments)
    let description = run.checkpoint.description
    let setting = AgentSetting(
      observationSpace: task.observationSpace, actionSpace: task.actionSpace,
      timeLimit: description.decisionLimit, hyperparameters: description.hyperparameters)
    let comparison = try compare(
      policy(of: run, setting), setting: setting, in: task.makeEnvironment(), plan: plan)
    context.output(json ? Self.text(comparison) : "\(Self.table(comparison))")
  }

  private func compare(
    _ policy: CategoricalPolicy, setting: AgentSetting, in environment: some Environment<Discrete>,
    plan: VarianceComparison.Plan
  ) -> VarianceComparison {
    var environment = environment
    return VarianceComparison(at: policy, setting: setting, in: &environment, plan: plan)
  }

  private func policy(of run: SavedRun, _ setting: AgentSetting) throws -> CategoricalPolicy {
    if untrained {
      var streams = RandomStreams(seed: run.seed)
      return CategoricalPolicy(setting, using: &streams.initialization)
    }
    guard let agent = run.checkpoint.agent as? any PolicyGradientAgent else {
      throw CommandFailure(
        "\(run.checkpoint.description.algorithm) does not follow estimates of the policy gradient; "
          + "name the run of an algorithm that does")
    }
    return agent.policy
  }

  // MARK: Flags

  private static func count(_ name: String, _ summary: String, _ minimum: Int) -> Setting {
    Setting(name, flag: name, summary, .integers(minimum...Int.max))
  }

  private static func value(
    _ text: String?, _ setting: Setting, or standard: Int
  ) throws(UsageError) -> Int {
    guard let text, case .integer(let value) = try setting.parse(text) else { return standard }
    return value
  }

  // MARK: Report

  /// The estimator that the others are compared with.
  private static let yardstick = "A2C"

  private static func table(_ comparison: VarianceComparison) -> TextTable {
    var table = TextTable([
      .init("estimator"), .init("log variance", .trailing), .init("± error", .trailing),
      .init("to \(yardstick)", .trailing), .init("± error", .trailing),
      .init("mean of logs", .trailing), .init("constant", .trailing),
      .init("fit", .trailing), .init("an estimate", .trailing),
    ])
    for (entry, difference) in differences(comparison) {
      table.addRow([
        entry.name, Format.fixed(entry.summary.logTrace, decimals: 3),
        Format.fixed(entry.summary.logTraceStandardError, decimals: 3),
        Format.fixed(difference.value, decimals: 3),
        Format.fixed(difference.standardError, decimals: 3),
        Format.fixed(entry.summary.meanLogVariance, decimals: 2),
        "\(entry.summary.constantCoordinates)",
        "\(Format.fixed(entry.fittingTime / .seconds(1), decimals: 1)) s",
        "\(Format.fixed(entry.estimateTime / .milliseconds(1), decimals: 2)) ms",
      ])
    }
    return table
  }

  private static func text(_ comparison: VarianceComparison) -> String {
    let entries = differences(comparison).map { entry, difference -> JSONValue in
      [
        "estimator": .text(entry.name), "log_variance": JSONValue(entry.summary.logTrace),
        "standard_error": JSONValue(entry.summary.logTraceStandardError),
        "difference_to_a2c": JSONValue(difference.value),
        "difference_standard_error": JSONValue(difference.standardError),
        "mean_log_variance": JSONValue(entry.summary.meanLogVariance),
        "constant_coordinates": .integer(entry.summary.constantCoordinates),
        "episodes": .integer(entry.summary.estimates),
        "fit_seconds": JSONValue(entry.fittingTime / .seconds(1)),
        "estimate_seconds": JSONValue(entry.estimateTime / .seconds(1)),
      ]
    }
    return String(decoding: JSONValue.array(entries).fileContents.dropLast(), as: UTF8.self)
  }

  private static func differences(
    _ comparison: VarianceComparison
  ) -> [(VarianceComparison.Entry, (value: Double, standardError: Double))] {
    guard let base = comparison.entries.first(where: { $0.name.hasPrefix(yardstick) }) else {
      return []
    }
    return comparison.entries.map { ($0, $0.summary.difference(from: base.summary)) }
  }
}
