import ArgumentParser
import Experiments
import Files
import Foundation
import ManyMachines
import Parallelism
import State

/// Executes an experiment and leaves a folder with all there is to know about the run.
struct TrainCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Main = Program.Main
  typealias Names = Main.Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "train", abstract: "Train, and keep all there is to know about the run.",
      discussion: """
        Flags override the file of --config, and that overrides the preset. The run's folder holds \
        config.json, \(Main.table), result.json, checkpoints and a page about the run, report.html; the same seed gives the same \
        \(Main.table) to the byte. A run that was interrupted or killed goes on with --resume and ends \
        as one that was not.
        """)
  }

  @OptionGroup var options: SettingOptions<Main.Settings, AllSettings>

  @Option(
    help: "Settings in the form of a run's config.json or a part of it (default: none).",
    completion: .file())
  var config: String?

  @OptionGroup var output: OutputOptions

  @OptionGroup var pages: PageOptions

  @Flag(help: "Draw a curve on the terminal, and what goes on where that can be seen.")
  var live = false

  @Flag(help: "Go on with the run in --run-dir, or start it if there is none.")
  var resume = false

  @Option(parsing: .unconditional, help: "Seconds between checkpoints (0 or more).")
  var checkpointSeconds = 20.0

  @Option(
    parsing: .unconditional,
    help: "Threads to use; they change nothing in the results (1 to 256; default: the cores).")
  var threads: Int?

  static var takesRanks: Bool { Main.sharesSteps }

  mutating func run(in context: CommandContext<Names>) throws {
    // Whatever can be wrong with the request is found before anything is written.
    try context.checkRanks()
    let ranks = context.ranks
    let monitor = Monitor(isInterrupted: context.isInterrupted)
    let settings = try settings(context, monitor)
    let threads = try checkedJobs(threads, named: "threads", otherwise: ranks.processors)
    try checkLive()
    if !output.quiet, ranks.isFirst { context.noteDebugBuild() }

    let claim = try ranks.together(monitor) { () throws(Failure) in
      ranks.isFirst ? try claimed(settings) : nil
    }
    guard let folder = claim else {
      let state = try ranks.gather([], monitor)[0]
      var run = try Run<Main>(
        settings, in: context.names, beside: state.isEmpty ? nil : StateBytes(state))
      let result = try withRanks(ranks) { () throws(Failure) in
        try withThreads(threads) { () throws(Failure) in try run.execute(monitor) }
      }
      if result.status == .interrupted { throw Failure.interruption }
      return
    }
    let view =
      live
      ? LiveView<Main>(in: folder.path, try Program.liveScene(settings, in: context.names)) : nil
    let display = context.makeDisplay(isQuiet: output.quiet, picture: view)
    // Whatever happens, the terminal is left as it was.
    defer { display.clear() }
    var run = try Run<Main>(
      settings, in: context.names, folder: folder, origin: context.origin,
      writesTensorBoard: output.tensorboard,
      pictures: Program.pictures(settings, in: context.names),
      checkpointInterval: .seconds(checkpointSeconds))
    _ = try ranks.gather(run.savedState()?.bytes ?? [], monitor)
    let result: RunResult
    do throws(Failure) {
      result = try withRanks(ranks) { () throws(Failure) in
        try withThreads(threads) { () throws(Failure) in
          try run.execute(display.monitor) { experiment, clock in
            guard display.isDue else { return }
            view?.follow(experiment)
            let position = experiment.position
            display.show(
              position.unit, position.done, of: position.total,
              experiment.progressFields(clock).map { "\($0.label) \($0.value)" }
                .joined(separator: ", "))
          }
        }
      }
    } catch {
      // What was learned until then can be looked at; only the failure itself is told.
      if error.kind == .divergence { try? writeReport(folder.path, context.names, display) }
      throw error
    }
    if result.status == .finished { try writeReport(folder.path, context.names, display) }
    display.clear()

    if !output.quiet { for text in result.text { context.output(text + "\n") } }
    let isInterrupted = result.status == .interrupted
    let place =
      isInterrupted
      ? "Interrupted; go on with --resume --run-dir \(shellQuoted(folder.path.text))."
      : "The run is in \(folder.path)."
    context.output(output.quiet ? folder.path.text : place)
    if isInterrupted { throw Failure.interruption }
  }

  /// The settings that are asked for, on all ranks those of rank 0.
  private func settings(
    _ context: CommandContext<Names>, _ monitor: Monitor
  ) throws(Failure) -> Main.Settings {
    guard checkpointSeconds >= 0, checkpointSeconds < 1e9 else {
      throw .usage("--checkpoint-seconds is \(checkpointSeconds), but must be 0 or more.")
    }
    func requested() throws(Failure) -> Main.Settings {
      let file = try savedValues(in: try output.path, context.names)
      let settings = try Main.Settings(
        flags: try options.values(), file: file ?? .init(), in: context.names)
      _ = try Main(settings, in: context.names)
      return settings
    }
    if context.ranks.isAlone { return try requested() }
    // Where a run goes on, its folder has them, which other machines may not see.
    let first = try context.ranks.together(monitor) { () throws(Failure) in
      context.ranks.isFirst ? try requested() : nil
    }
    let text = first.map { String(decoding: $0.json.fileContents, as: UTF8.self) } ?? ""
    let shared = Data(try context.ranks.fromFirst(text, monitor).utf8)
    return try context.ranks.together(monitor) { () throws(Failure) in
      if let first { return first }
      return try Main.Settings(
        flags: .init(), file: SettingValues(parsing: shared, from: "rank 0"), in: context.names)
    }
  }

  /// The folder of the run, for this process.
  private func claimed(_ settings: Main.Settings) throws(Failure) -> ClaimedFolder {
    let folder = try output.claim(named: settings.runName)
    guard resume || !Run<Main>.exists(in: folder.path) else {
      throw .file(
        folder.path.text, "already holds a run",
        fix: "go on with it by --resume, or choose another folder for a new one")
    }
    return folder
  }

  private func writeReport(
    _ folder: Path, _ names: Names, _ display: Display
  ) throws(Failure) {
    guard pages.report else { return }
    try RunReport<Program>(of: folder, in: names, withReplays: true, display.monitor).write()
  }

  private func checkLive() throws(Failure) {
    guard live else { return }
    guard !output.quiet else {
      throw .usage("--live shows what --quiet hides; leave one of them out.")
    }
    guard ProgressLine.isOnTerminal else {
      throw .usage(
        "--live draws on a terminal, and standard error is none here; leave it out, or see the run "
          + "by `dashboard`.")
    }
  }

  /// What a file says: that of `--config`, or that of the run which is to go on.
  private func savedValues(
    in path: Path?, _ names: Names
  ) throws(Failure) -> SettingValues<Main.Settings>? {
    guard resume else {
      if let config { return try SettingValues(contentsOf: Path(config)) }
      return nil
    }
    guard let path else {
      throw .usage("--resume needs the folder of the run; name it with --run-dir.")
    }
    guard Run<Main>.exists(in: path) else {
      if let config { return try SettingValues(contentsOf: Path(config)) }
      return nil
    }
    guard config == nil else {
      throw .usage("\(path) has its own config.json; leave --config out to go on with that run.")
    }
    return SettingValues(try Run<Main>.savedSettings(in: path, names))
  }
}

/// The flags of pages.
struct PageOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Write a page about each run, report.html.")
  var report = true
}

/// The flags of what several machines do together.
struct MachineOptions: ParsableArguments {
  @Flag(help: "Each machine has a folder of its own; their runs are sent to the first one.")
  var gather = false
}

/// The flags that say where results go.
struct OutputOptions: ParsableArguments {
  @Option(
    help: "The folder of the results, a new one (default: runs/NAME, with -2, -3, … if taken).",
    completion: .directory)
  var runDir: String?

  @Flag(help: "Write an event file for TensorBoard as well.")
  var tensorboard = false

  @Flag(help: "Print nothing but the folder (default: progress and tables).")
  var quiet = false

  /// The folder that was named, if one was.
  var path: Path? {
    get throws(Failure) {
      guard let runDir else { return nil }
      guard !runDir.isEmpty else {
        throw .usage("--run-dir is empty; name a folder, such as runs/mine.")
      }
      return Path(runDir)
    }
  }

  /// Claims the folder that was named, or a new one in `runs`, for all ranks.
  func claim<Names>(
    named name: String, isGathered: Bool = false, in context: CommandContext<Names>
  ) throws(Failure) -> JobFolder {
    let monitor = Monitor(isInterrupted: context.isInterrupted)
    return try JobFolder(of: context.ranks, isGathered: isGathered, monitor) { () throws(Failure) in
      try claim(named: name)
    }
  }

  /// Claims the folder that was named, or a new one in `runs`.
  func claim(named name: String) throws(Failure) -> ClaimedFolder {
    if let path = try path { return try ClaimedFolder(path) }
    return try ClaimedFolder(named: name, in: "runs")
  }
}
