import Agents
import ArgumentParser
import Checkpoints
import ExperimentLogging
import Foundation
import Parallelism

/// Trains several algorithms in one environment with the same seeds and compares them.
struct CompareCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Train several algorithms with the same seeds and compare them.",
    usage: "\(CommandContext.programName) compare --env NAME --algos NAME,NAME [<options>]",
    discussion: """
      Each run is the one that `train` makes with the same settings and seed. An algorithm may have \
      settings of its own, by the names of their flags: --algos \
      'a2c,relax:cv-form=relaxation;cv-steps=5'. The folder holds a page with tables and \
      curves (comparison.html), both by themselves (summary.csv, summary.md, figure.svg, \
      figure.png), episodes.csv, comparison.json and the finished runs; the same command with the \
      same --run-dir goes on where an interrupted comparison has ended.
      """)

  private static let seedsSetting = Setting(
    "seeds", flag: "seeds", "Runs of each algorithm", .integers(1...100_000))
  private static let firstSeedSetting = Setting(
    "first_seed", flag: "first-seed", "The first seed", .integers(0...Int.max))
  private static let jobsSetting = Setting(
    "jobs", flag: "jobs", "Runs at once", .integers(1...256))

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("The environment, one of those that `list` shows.", valueName: "name"))
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "What to compare; differences are taken to the first.", valueName: "name,name"))
  var algos: String?

  @Option(parsing: .unconditional, help: "Runs of each algorithm, a seed each (1 or more; 10).")
  var seeds: String?

  @Option(parsing: .unconditional, help: "The first seed (0 or more; 0).")
  var firstSeed: String?

  @Option(parsing: .unconditional, help: "Runs at once (1 to 256; the number of processors).")
  var jobs: String?

  @OptionGroup var shared: SharedOptions

  @Option(
    help: "The comparison's folder, new or interrupted (default: runs/compare-ENV-ALGOS).",
    completion: .directory)
  var runDir: String?

  @Flag(help: "Print nothing but the folder (default: progress and tables).")
  var quiet = false

  func run(in context: CommandContext) throws {
    // Whatever can be wrong with the request is found before anything is written.
    let plan = try plan(in: context)
    let jobs = try Self.value(jobs, Self.jobsSetting, or: min(256, processorCount))
    if !quiet { context.warnOfDebugBuild() }

    let directory = try makeDirectory(plan)
    let start = ContinuousClock.now
    let outcome = try Comparison(
      plan: plan, directory: directory, jobs: jobs, isQuiet: quiet, context: context
    ).run()
    switch outcome {
    case .finished(let summary):
      if !quiet {
        context.output("\(summary.text)\n")
        context.output("It took \(Format.duration(ContinuousClock.now - start)).")
      }
      context.output(quiet ? directory.path : "The comparison is in \(directory.path).")
    case .interrupted(let count):
      context.output(
        quiet
          ? directory.path
          : "Interrupted; \(count) of \(plan.runs.count) runs are in \(directory.path), and the same "
            + "command with --run-dir \(shellQuoted(directory.path)) goes on.")
      throw ExitCode(InterruptHandler.exitCode ?? 130)
    }
  }

  private func plan(in context: CommandContext) throws -> ComparisonPlan {
    guard let algos else {
      let names = Algorithm.all.map(\.name).joined(separator: ",")
      throw UsageError("There is nothing to compare; name algorithms with --algos \(names)")
    }
    let variants = try ComparisonVariant.parse(list: algos)
    var settings = try shared.values()
    settings[.environment] = environment.map(JSONValue.text)
    let count = try Self.value(seeds, Self.seedsSetting, or: 10)
    let first = try Self.value(firstSeed, Self.firstSeedSetting, or: 0)
    guard first <= Int.max - count else {
      throw UsageError(
        "--first-seed is \(first), which leaves no \(count) seeds; take a smaller one")
    }
    return try ComparisonPlan(
      variants, shared: settings, seeds: UInt64(first)...UInt64(first + count - 1),
      environments: context.environments)
  }

  private func makeDirectory(_ plan: ComparisonPlan) throws -> ComparisonDirectory {
    if let runDir {
      return try ComparisonDirectory(at: URL(filePath: runDir, directoryHint: .isDirectory))
    }
    let algorithms = plan.entries.map(\.configuration.algorithm).joined(separator: "-")
    return try .create(
      named: "compare-\(plan.environment.name)-\(algorithms.prefix(100))",
      in: URL(filePath: "runs", directoryHint: .isDirectory))
  }

  private static func value(
    _ text: String?, _ setting: Setting, or standard: Int
  ) throws(UsageError) -> Int {
    guard let text, case .integer(let value) = try setting.parse(text) else { return standard }
    return value
  }
}
