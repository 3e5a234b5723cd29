import ArgumentParser
import Experiments
import Files
import Foundation
import Parallelism
import State
import Statistics

/// Executes several variants of an experiment with the same seeds and compares them.
struct CompareCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Main = Program.Main
  typealias Settings = Main.Settings
  typealias Names = Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "compare",
      abstract: "Train several variants with the same seeds and compare them.",
      discussion: """
        Each run is the one that `train` makes with the same settings and seed. A variant may have \
        settings of its own, by the names of their flags: \(Variant<Settings>.flag) \
        'one,other:flag=value;flag=value'. The folder holds a page with tables and curves \
        (comparison.html), both by themselves (summary.csv, summary.md, figure.svg, figure.png), \
        \(Main.table) and the folder of each run; the same command with the same --run-dir goes on \
        where an interrupted comparison has ended. mpirun starts it on several cores or machines, which \
        share the runs.
        """,
      aliases: Program.comparisonAliases)
  }

  @Option(
    name: .customLong("\(Settings.variantFlag)s"),
    help: ArgumentHelp(
      "What to compare; differences are taken to the first.", valueName: "name,name"))
  var variants: String?

  @Option(parsing: .unconditional, help: "Runs of each variant, a seed each (1 to 100000).")
  var seeds = 10

  @Option(parsing: .unconditional, help: "The first seed.")
  var firstSeed = 0

  @Option(
    parsing: .unconditional,
    help: "Runs at once, 1 to 256, in each process (default: the number of processors that it has)."
  )
  var jobs: Int?

  @OptionGroup var machines: MachineOptions

  @OptionGroup var options: SettingOptions<Settings, SharedSettings>

  @Option(help: "Settings in the form of a run's config.json or a part of it.", completion: .file())
  var config: String?

  @OptionGroup var output: OutputOptions

  @OptionGroup var pages: PageOptions

  static var takesRanks: Bool { true }

  mutating func run(in context: CommandContext<Names>) throws {
    try context.checkRanks()
    let monitor = Monitor(isInterrupted: context.isInterrupted)
    let (plan, jobs) = try context.ranks.together(monitor) { () throws(Failure) in
      try request(context)
    }
    if !output.quiet, context.ranks.isFirst { context.noteDebugBuild() }

    let names = plan.entries.map(\.name).joined(separator: "-")
    let folder = try output.claim(
      named: "compare-\(plan.entries[0].settings.comparisonName(names))",
      isGathered: machines.gather, in: context)
    let start = ContinuousClock.now
    let display = context.makeDisplay(isQuiet: output.quiet)
    let lookup = context.names
    let comparison = Comparison<Main>(plan, in: lookup)
    let summary: ComparisonSummary<Main>?
    do throws(Failure) {
      summary = try comparison.run(
        in: folder, origin: context.origin, writesTensorBoard: output.tensorboard,
        pictures: { settings throws(Failure) in
          try Program.pictures(settings, in: lookup)
        }, jobs: jobs, display.monitor)
    } catch {
      display.clear()
      guard error.kind == .interruption, context.ranks.isFirst else { throw error }
      context.output(
        output.quiet
          ? folder.path.text
          : "Interrupted; the same command with --run-dir \(shellQuoted(folder.path.text)) goes on."
      )
      throw error
    }
    guard let summary, context.ranks.isFirst else { return try folder.waitForEnd(monitor) }
    if pages.report { try writeReports(comparison, in: folder.path, context.names, display) }
    display.clear()
    var additions = Program.additions(to: summary)
    try addPictures(of: plan, comparison.cells(in: folder.path), in: lookup, to: &additions)
    try summary.write(to: folder.path, additions, command: context.origin.command)
    if !output.quiet {
      for text in [summary.text] + additions.texts(\.description) { context.output("\(text)\n") }
      context.output("It took \(Format.duration(ContinuousClock.now - start)).")
    }
    context.output(
      output.quiet ? folder.path.text : "The comparison is in \(folder.path).")
  }
}

extension CompareCommand {
  /// Adds the last picture of each variant's first run, where its page shows some.
  private func addPictures(
    of plan: ComparisonPlan<Main.Settings>, _ cells: [Path], in names: Names,
    to additions: inout ComparisonAdditions
  ) throws(Failure) {
    // In the plan's order, the runs of a seed stand next to each other.
    for ((entry, settings), cell) in zip(plan.runs.prefix(plan.entries.count), cells) {
      guard let pictures = try Program.pictures(settings, in: names),
        let caption = pictures.caption, let last = pictures.drawn(in: cell).last,
        let png = try? RegularFile.contents(of: last.path, atMost: 1 << 22)
      else { continue }
      additions.pictures.append(
        ("\(plan.entries[entry].name), seed \(settings.seed), after \(last.position) steps", png))
      additions.caption = caption
    }
  }

  /// What the arguments ask for.
  private func request(
    _ context: CommandContext<Names>
  ) throws(Failure) -> (plan: ComparisonPlan<Settings>, jobs: Int) {
    var file = SettingValues<Settings>()
    if let config { file = try SettingValues(contentsOf: Path(config)) }
    let plan = try ComparisonPlan(
      comparing: variants, by: Main.self, shared: try options.values(), file: file,
      seeds: seedRange(count: seeds, from: firstSeed), in: context.names)
    for entry in plan.entries { _ = try Main(entry.settings, in: context.names) }
    return (plan, try checkedJobs(jobs, otherwise: context.ranks.processors))
  }

  /// Writes the page of each run that has none since it has ended; nobody plays in them.
  private func writeReports(
    _ comparison: Comparison<Main>, in folder: Path, _ names: Names, _ display: Display
  ) throws(Failure) {
    let paths = comparison.cells(in: folder)
    for (index, path) in paths.enumerated() {
      try display.monitor.check("page", index, of: paths.count)
      let page = path.appending(RunReport<Program>.name)
      if Folder.isNewer(page, than: path.appending("result.json")) { continue }
      try RunReport<Program>(of: path, in: names, withReplays: false, display.monitor).write()
    }
  }
}

extension ComparisonPlan {
  /// The plan that a command line asks for.
  ///
  /// - Parameters:
  ///   - list: Variants with commas between them; `nil` for what the experiment compares then.
  ///   - experiment: What is executed.
  ///   - shared: The settings that the variants share.
  ///   - file: What a file says beside.
  ///   - seeds: The seeds of the runs.
  ///   - context: What names are looked up in.
  public init<Main: Experiment>(
    comparing list: String?, by experiment: Main.Type, shared: SettingValues<Settings>,
    file: SettingValues<Settings> = .init(), seeds: ClosedRange<UInt64>,
    in context: Settings.Context
  ) throws(Failure) where Main.Settings == Settings {
    var given = file
    given.overlay(shared)
    var variants: [Variant<Settings>] = []
    if let list, !list.isEmpty { variants = try Variant.parse(list: list) }
    variants = Main.comparisonVariants(variants, shared: given)
    guard !variants.isEmpty else {
      throw .usage(
        "There is nothing to compare; name some with \(Variant<Settings>.flag) one,other.")
    }
    try self.init(variants, shared: shared, file: file, seeds: seeds, in: context)
  }
}

/// The seeds from the first one on.
public func seedRange(count: Int, from first: Int) throws(Failure) -> ClosedRange<UInt64> {
  guard (1...100_000).contains(count) else {
    throw .usage("--seeds is \(count), but must be from 1 to 100000.")
  }
  guard first >= 0, first <= Int.max - count else {
    throw .usage("--first-seed is \(first), but must be 0 or more and leave \(count) seeds.")
  }
  return UInt64(first)...UInt64(first + count - 1)
}

/// How many runs, or threads of one, at once; as many as there are cores where nobody has said it.
///
/// - Parameters:
///   - count: What was said.
///   - flag: The name of the flag.
///   - cores: How many cores there are.
public func checkedJobs(
  _ count: Int?, named flag: String = "jobs", otherwise cores: Int = processorCount
) throws(Failure) -> Int {
  guard let count else { return min(256, cores) }
  guard (1...256).contains(count) else {
    throw .usage("--\(flag) is \(count), but must be from 1 to 256.")
  }
  return count
}

extension ComparisonSummary {
  /// Writes tables, curves and the page. Nothing in them depends on the clock, on the number of jobs or
  /// on whether the comparison was interrupted, but that the page shows the command.
  func write(
    to folder: Path, _ additions: ComparisonAdditions, command: String
  ) throws(Failure) {
    try AtomicFile.write(table.fileContents, to: folder.appending(E.table))
    try AtomicFile.write(csv.fileContents, to: folder.appending("summary.csv"))
    let text = ([markdown] + additions.texts(\.markdown).map { $0 + "\n" }).joined(separator: "\n")
    try AtomicFile.write(Data(text.utf8), to: folder.appending("summary.md"))
    let figure = figure(adding: additions.panels)
    if let drawing = try figure?.svg() {
      try AtomicFile.write(drawing, to: folder.appending("figure.svg"))
    }
    if let image = try figure?.png() {
      try AtomicFile.write(image, to: folder.appending("figure.png"))
    }
    let page = page(command: command, additions)
    try AtomicFile.write(page.contents, to: folder.appending("comparison.html"))
  }
}

extension ComparisonAdditions {
  /// The tables, each below its title.
  func texts(_ form: (TextTable) -> String) -> [String] {
    tables.map { "\($0.title):\n\n\(form($0.table))" }
  }
}
