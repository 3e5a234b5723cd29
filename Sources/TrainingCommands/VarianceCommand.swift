import AgentExperiments
import Agents
import ArgumentParser
import ExperimentCommands
import Experiments
import Files
import RandomNumbers
import ReinforcementLearning
import State
import Statistics

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

  @OptionGroup var saved: SavedRunOptions

  @Flag(help: "Measure at the untrained policy that the run started from.")
  var untrained = false

  @Option(parsing: .unconditional, help: "How many episodes are measured on (2 or more).")
  var episodes = 500

  @Option(parsing: .unconditional, help: "How many episodes are fitted on (1 or more).")
  var fitEpisodes = 500

  @Option(parsing: .unconditional, help: "Steps of V on its squared error (0 or more).")
  var valueSteps = 4000

  @Option(parsing: .unconditional, help: "Steps on the variance (0 or more).")
  var cvSteps = 3000

  @Option(
    parsing: .unconditional,
    help: "Steps of action values on their temporal differences (0 or more).")
  var actionValueSteps = 4000

  @Option(
    parsing: .unconditional,
    help: "Steps of action values on the variance after that, in a row of its own (0 or more).")
  var refinementSteps = 0

  @Option(
    parsing: .unconditional, help: "Decides the episodes (0 or more; default: the run's seed).")
  var seed: Int?

  func run(in context: CommandContext<AgentSettings.Context>) throws {
    var plan = VarianceComparison.Plan()
    plan.episodes = try checked(episodes, "episodes", from: 2)
    plan.fittingEpisodes = try checked(fitEpisodes, "fit-episodes", from: 1)
    plan.valueSteps = try checked(valueSteps, "value-steps", from: 0)
    plan.varianceSteps = try checked(cvSteps, "cv-steps", from: 0)
    plan.actionValueSteps = try checked(actionValueSteps, "action-value-steps", from: 0)
    plan.refinementSteps = try checked(refinementSteps, "refinement-steps", from: 0)
    let run = try SavedRun(opening: saved, in: context)
    let seed = try checked(seed ?? Int(run.seed), "seed", from: 0)
    plan.seed = MeasurementSeed.variance(ofRun: UInt64(seed))

    let task = try run.task(environments: context.names.environments)
    guard let agent = run.checkpoint.agent as? any PolicyGradientAgent else {
      throw Failure.failed(
        "\(run.checkpoint.description.algorithm) does not follow estimates of the policy gradient; "
          + "name the run of an algorithm that does.")
    }
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    let comparison = try compare(agent, of: run, task, plan, display.monitor)
    display.clear()
    context.output(saved.json ? Self.text(comparison) : "\(Self.table(comparison))")
  }

  private func compare<A: PolicyGradientAgent>(
    _ agent: A, of run: SavedRun, _ task: AgentTask, _ plan: VarianceComparison.Plan,
    _ monitor: Monitor
  ) throws(Failure) -> VarianceComparison {
    let description = run.checkpoint.description
    guard let actions = task.actionSpace as? A.ActionPolicy.ActionSpace else {
      preconditionFailure("An agent for \(A.ActionPolicy.ActionSpace.self) in \(task)")
    }
    let setting = AgentSetting(
      observationSpace: task.observationSpace, actionSpace: actions,
      actionMask: task.actionMask, timeLimit: description.decisionLimit,
      hyperparameters: description.hyperparameters)
    var policy = agent.policy
    if untrained {
      var streams = RandomStreams(seed: run.seed)
      policy = A.ActionPolicy(setting, using: &streams.initialization)
    }
    func compare(
      in environment: some Environment<A.ActionPolicy.ActionSpace>
    ) throws(Failure) -> VarianceComparison {
      var environment = environment
      return try VarianceComparison(
        at: policy, setting: setting, in: &environment, plan: plan, monitor)
    }
    return try compare(in: task.makeEnvironment())
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
