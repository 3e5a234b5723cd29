import ArgumentParser
import ExperimentCommands
import Experiments
import Foundation
import GradientEstimators
import State
import Statistics

/// Measures the variances of estimators at the same parameters.
struct VarianceCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "variance",
    abstract: "Measure the variances of estimators at the same parameters, and what they cost.",
    discussion: """
      θ is frozen after some steps along the exact gradient. Every estimator's own parameters are \
      trained there on its variance before it is measured, with a step size that falls to zero.
      """)

  /// The settings that mean something here.
  enum Scope: SettingScope {
    static func contains<Settings: ExperimentSettings>(_ setting: Setting<Settings>) -> Bool {
      !["estimator", "steps", "learning-rate", "seed"].contains(setting.flag)
    }
  }

  @Option(help: "Names with commas between them, or all that suit the problem.")
  var estimators = "all"

  @OptionGroup var options: SettingOptions<ToySettings, Scope>

  @Option(
    parsing: .upToNextOption,
    help: "Where θ is taken: after how many steps along the exact gradient.")
  var exactSteps = [0, 100, 400]

  @Option(help: "Training steps of the estimators' own parameters, 16 samples each (0 or more).")
  var adaptationSteps = 3000

  @Option(help: "From how many estimates a variance is taken (2 or more).")
  var samples = 100_000

  @Option(help: "How many seeds (1 to 100000).")
  var seeds = 3

  @Option(help: "Threads, 1 to 256 (default: the number of processors).")
  var jobs: Int?

  func run(in context: CommandContext<Void>) throws {
    guard !exactSteps.isEmpty, exactSteps.allSatisfy({ (0...1_000_000).contains($0) }),
      Set(exactSteps).count == exactSteps.count
    else {
      throw Failure.usage(
        "--exact-steps is \(exactSteps), but must be different numbers from 0 to 1000000.")
    }
    guard (0...1_000_000_000).contains(adaptationSteps), (2...1_000_000_000).contains(samples)
    else {
      throw Failure.usage(
        "--adaptation-steps \(adaptationSteps) and --samples \(samples) must be at least 0 and 2, and "
          + "at most 1000000000.")
    }
    let plan = try ComparisonPlan(
      comparing: estimators, by: ToyTraining.self, shared: options.values(),
      seeds: seedRange(count: seeds, from: 0), in: ())
    let jobs = try checkedJobs(jobs)
    context.noteDebugBuild()
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    var measurement = try VarianceMeasurement(plan)
    measurement.exactSteps = exactSteps
    measurement.adaptationSteps = adaptationSteps
    measurement.samples = samples
    let entries = try measurement.run(jobs: jobs, display.monitor)
    display.clear()
    let problem = measurement.problem
    context.output("f(b) = \(problem.formula), \(problem.sampleWidth) columns, \(seeds) seeds")
    context.output("\n\(Self.table(entries, exactSteps: exactSteps))")
    for steps in exactSteps {
      let ranking = Self.ranking(entries.filter { $0.exactSteps == steps }, exactSteps: steps)
      context.output("\n\(ranking)")
    }
  }

  /// A row for each estimator, a column for each θ.
  static func table(_ entries: [VarianceMeasurement.Entry], exactSteps: [Int]) -> TextTable {
    var table = TextTable(
      [.init("log-variance")] + exactSteps.map { .init("θ after \($0)", .trailing) } + [
        .init("evaluations of f", .trailing), .init("estimate", .trailing),
        .init("with a step of φ", .trailing),
      ])
    for first in entries.filter({ $0.exactSteps == exactSteps.first }) {
      let row = exactSteps.map { steps in
        entries.first { $0.exactSteps == steps && $0.estimator == first.estimator }
          .map(text) ?? "–"
      }
      table.addRow(
        [first.estimator] + row + [
          "\(first.evaluationCount)",
          "\(Format.fixed(first.estimateTime / .microseconds(1), decimals: 1)) µs",
          "\(Format.fixed(first.adaptingTime / .microseconds(1), decimals: 1)) µs",
        ])
    }
    return table
  }

  private static func text(_ entry: VarianceMeasurement.Entry) -> String {
    let values = entry.logVariances
    let center = Format.fixed(mean(values), decimals: 2)
    guard values.count > 1 else { return center }
    let spread = sampleVariance(values).squareRoot()
    return spread.isFinite ? "\(center)±\(Format.fixed(spread, decimals: 2))" : center
  }

  /// The unbiased estimators by variance times evaluations of f, the best first.
  static func ranking(_ entries: [VarianceMeasurement.Entry], exactSteps: Int) -> String {
    let scores = entries.filter(\.isUnbiased).map { entry in
      (entry.estimator, mean(entry.logVariances) + log(Double(entry.evaluationCount)))
    }
    let order = scores.sorted { $0.1 < $1.1 }
      .map { "\($0.0) \(Format.fixed($0.1, decimals: 2))" }
    return "log(variance × evaluations) of the unbiased ones at θ after \(exactSteps) steps: "
      + order.joined(separator: ", ")
  }
}
