import ArgumentParser
import Experiments
import Files
import Foundation
import Rendering
import State
import Statistics

/// Searches for good settings.
struct TuneCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Main = Program.Main
  typealias Settings = Main.Settings
  typealias Names = Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "tune", abstract: "Search for good settings.",
      discussion: """
        Tries settings that fill the ranges evenly; the better half goes on with twice the seeds and \
        twice the steps, until the last rung has all of them. The folder holds trials.csv, figure.svg \
        and best.json, the best settings for --config; each rung is a comparison of its own. The same \
        command with the same --run-dir goes on where an interrupted search has ended. mpirun starts it on \
        several cores or machines, which share the runs.
        """)
  }

  @Option(
    help: ArgumentHelp(
      """
      A setting to search, once for each: its name, perhaps with a range: learning-rate, \
      entropy=0.001..0.1, cv-steps=1..10 or 'activation=tanh|relu'.
      """, valueName: "setting"))
  var vary: [String] = []

  @Option(parsing: .unconditional, help: "Settings to try (2 to 10000).")
  var trials = 16

  @Option(parsing: .unconditional, help: "How often the better half goes on (0 to 12).")
  var halvings = 2

  @Option(parsing: .unconditional, help: "Seeds of each setting in the last rung.")
  var seeds = 4

  @Option(parsing: .unconditional, help: "The first seed.")
  var firstSeed = 0

  @Option(help: "The measure that decides (default: \(Main.tuningMeasure)).")
  var by: String = Main.tuningMeasure

  @Option(parsing: .unconditional, help: "Decides which values are tried (0 or more).")
  var searchSeed = 0

  @Option(
    parsing: .unconditional,
    help: "Runs at once, 1 to 256, in each process (default: the number of processors that it has)."
  )
  var jobs: Int?

  @OptionGroup var machines: MachineOptions

  @Option(name: .customLong(Settings.variantFlag), help: "What is tuned.")
  var variant: String?

  @OptionGroup var options: SettingOptions<Settings, SharedSettings>

  @OptionGroup var output: OutputOptions

  static var takesRanks: Bool { true }

  mutating func run(in context: CommandContext<Names>) throws {
    try context.checkRanks()
    let monitor = Monitor(isInterrupted: context.isInterrupted)
    let request = try context.ranks.together(monitor) { () throws(Failure) in
      try self.request(context)
    }
    if !output.quiet, context.ranks.isFirst { context.noteDebugBuild() }

    let plan = request.plan
    let folder = try output.claim(
      named: request.name, isGathered: machines.gather, in: context)
    let display = context.makeDisplay(isQuiet: output.quiet)
    defer { display.clear() }
    let trials = try Tuning<Main>(plan, base: request.base, in: context.names).run(
      in: folder, origin: context.origin, jobs: request.jobs, display.monitor)
    guard context.ranks.isFirst else { return try folder.waitForEnd(monitor) }
    display.clear()
    try write(trials, plan, to: folder.path)
    if !output.quiet {
      context.output("\(table(trials, plan))\n")
      context.output("The best settings: --config \(shellQuoted("\(folder.path)/best.json"))")
    }
    context.output(output.quiet ? folder.path.text : "The search is in \(folder.path).")
  }

  /// What the arguments ask for.
  private func request(_ context: CommandContext<Names>) throws(Failure) -> (
    plan: Tuning<Main>.Plan, base: SettingValues<Settings>, name: String, jobs: Int
  ) {
    let plan = try plan()
    // What no run has is no reason to wait for the runs.
    try plan.decisiveMeasure()
    var base = try options.values()
    if let variant { base[Settings.variantFlag] = .text(variant) }
    let settings = try Settings(flags: base, in: context.names)
    for (setting, _) in plan.ranges
    where !settings.relevant.contains(where: { $0.flag == setting.flag }) {
      throw .usage("--vary: \(setting.flag) has no part in \(settings.variantName).")
    }
    _ = try Main(settings, in: context.names)
    return (
      plan, base, "tune-\(settings.comparisonName(settings.variantName))",
      try checkedJobs(jobs, otherwise: context.ranks.processors)
    )
  }

  private func plan() throws(Failure) -> Tuning<Main>.Plan {
    guard !vary.isEmpty else {
      let names = Settings.all.filter { $0.search != nil }.map(\.flag).joined(separator: ", ")
      throw .usage("There is nothing to search; name settings with --vary, such as \(names).")
    }
    var ranges: [(setting: Setting<Settings>, range: SearchRange)] = []
    for text in vary {
      let parts = text.split(separator: "=", maxSplits: 1)
      let flag = String(parts.first ?? "")
      guard let setting = Settings.all.first(where: { $0.flag == flag && flag != "seed" }) else {
        let nearest = nearestName(to: flag, among: Settings.all.map(\.flag)) ?? ""
        throw .usage("--vary: there is no setting \(flag.quotedBriefly); did you mean \(nearest)?")
      }
      let range = parts.count > 1 ? SearchRange(String(parts[1])) : setting.search
      guard let range else {
        throw .usage(
          "--vary \(text.printable) names no range; write it like \(flag)=0.001..0.1 or \(flag)=a|b."
        )
      }
      for end in [0, 0.999_999] { _ = try setting.parse(range.value(at: end)) }
      ranges.append((setting, range))
    }
    guard (2...10_000).contains(trials), (0...12).contains(halvings) else {
      throw .usage(
        "--trials is \(trials) and --halvings \(halvings); take 2 to 10000, and 0 to 12.")
    }
    var plan = Tuning<Main>.Plan(ranges: ranges)
    plan.trials = trials
    plan.halvings = halvings
    plan.seeds = try seedRange(count: seeds, from: firstSeed)
    plan.seed = searchSeed
    plan.measure = by
    return plan
  }

  // MARK: Results

  private func write(
    _ trials: [Tuning<Main>.Trial], _ plan: Tuning<Main>.Plan, to folder: Path
  ) throws(Failure) {
    var csv = CSVTable(
      columns: ["rung"] + plan.ranges.map(\.setting.key) + ["runs", "mean", "standard_error"])
    for trial in trials {
      csv.addRow(
        [.integer(trial.rung)] + trial.values.map { .text($0) } + [
          .integer(trial.scores.count), .double(mean(trial.scores)),
          .double(standardError(trial.scores)),
        ])
    }
    try AtomicFile.write(csv.fileContents, to: folder.appending("trials.csv"))
    try AtomicFile.write(
      trials[0].settings.json.fileContents, to: folder.appending("best.json"))
    try AtomicFile.write(figure(trials, plan).svg(), to: folder.appending("figure.svg"))
  }

  private func table(_ trials: [Tuning<Main>.Trial], _ plan: Tuning<Main>.Plan) -> TextTable {
    var table = TextTable(
      [.init("rung", .trailing)] + plan.ranges.map { .init($0.setting.flag, .trailing) } + [
        .init("runs", .trailing), .init(plan.measure, .trailing), .init("± error", .trailing),
      ])
    for trial in trials {
      let error = standardError(trial.scores)
      let decimals = Format.decimals(ofError: error)
      table.addRow(
        ["\(trial.rung)"] + trial.values + [
          "\(trial.scores.count)", Format.fixed(mean(trial.scores), decimals: decimals),
          error.isNaN ? "–" : Format.fixed(error, decimals: decimals),
        ])
    }
    return table
  }

  /// The measure over each setting that is a number, a line for each rung.
  private func figure(_ trials: [Tuning<Main>.Trial], _ plan: Tuning<Main>.Plan) -> Figure {
    let rungs = Set(trials.map(\.rung)).sorted()
    let panels = plan.ranges.enumerated().map { dimension, range in
      let isLogarithmic = if case .logarithmic = range.range { true } else { false }
      let series = rungs.map { rung in
        let points = trials.filter { $0.rung == rung }.enumerated()
          .map { index, trial in
            // What is no number stands in the order of its values.
            let value = Double(trial.values[dimension]) ?? Double(index)
            return (isLogarithmic ? log10(value) : value, mean(trial.scores))
          }
          .filter { $0.0.isFinite && $0.1.isFinite }
          .sorted { $0.0 < $1.0 }
        return Series(name: "rung \(rung)", x: points.map(\.0), y: points.map(\.1))
      }
      return Chart(
        title: range.setting.flag,
        xLabel: isLogarithmic ? "log₁₀ of \(range.setting.flag)" : range.setting.flag,
        yLabel: plan.measure, series: series)
    }
    return Figure(panels: panels, columns: min(2, panels.count))
  }
}
