import ArgumentParser
import Experiments
import Files
import Foundation
import ManyMachines
import Pages
import Rendering
import State

/// A program of commands for one kind of experiment: `train`, `compare` and `tune` by themselves, and
/// others that it adds.
///
/// ```swift
/// enum Program: ExperimentProgram {
///   typealias Main = Walk
///   static let name = "walk"
///   static let abstract = "Walk to the right."
/// }
///
/// Program.main()
/// ```
public protocol ExperimentProgram: SendableMetatype {
  /// What is trained, compared and tuned.
  associatedtype Main: Experiment
  /// What the program is called.
  static var name: String { get }
  /// What it does, in a sentence.
  static var abstract: String { get }
  /// Command lines to begin with, without the program's name.
  static var examples: [String] { get }
  /// The commands that this program has beside.
  static var commands: [any ParsableCommand.Type] { get }
  /// Other names of the command `compare`.
  static var comparisonAliases: [String] { get }
  /// What a comparison shows beside its own tables and curves.
  static func additions(to summary: ComparisonSummary<Main>) -> ComparisonAdditions
  /// What a run leaves in its folder on the way, for people to look at; nothing by default.
  static func pictures(
    _ settings: Main.Settings, in names: Main.Settings.Context
  ) throws(Failure) -> RunPictures<Main>?
  /// What is seen beside the curve while a run trains; nothing by default.
  static func liveScene(
    _ settings: Main.Settings, in names: Main.Settings.Context
  ) throws(Failure) -> (any LiveScene<Main>)?
  /// What the page of a run draws beside the values of a column: a threshold, evaluations.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - column: The column of its table.
  ///   - axis: The column that is the horizontal axis.
  static func reportSeries(of run: RunFiles, column: String, over axis: String) -> [Series]
  /// What the page of a run plays.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - settings: Its settings.
  ///   - names: What names are looked up in.
  ///   - monitor: Tells when to end, and hears how far it is.
  static func replays(
    of folder: Path, _ settings: Main.Settings, in names: Main.Settings.Context, _ monitor: Monitor
  ) throws(Failure) -> [Replay]
}

/// What a comparison shows beside its own tables and curves. Nothing in it may depend on the clock.
public struct ComparisonAdditions: Sendable {
  /// Tables with their titles.
  public var tables: [(title: String, table: TextTable)] = []
  /// Panels of the figure.
  public var panels: [Chart] = []
  /// The last pictures of runs, as PNGs, and what a page says about them.
  var pictures: [(title: String, png: Data)] = []
  var caption = ""

  public init() {}
}

extension ExperimentProgram {
  public static var examples: [String] { [] }
  public static var commands: [any ParsableCommand.Type] { [] }
  public static var comparisonAliases: [String] { [] }
  public static func additions(to summary: ComparisonSummary<Main>) -> ComparisonAdditions {
    ComparisonAdditions()
  }
  public static func pictures(
    _ settings: Main.Settings, in names: Main.Settings.Context
  ) throws(Failure) -> RunPictures<Main>? { nil }
  public static func liveScene(
    _ settings: Main.Settings, in names: Main.Settings.Context
  ) throws(Failure) -> (any LiveScene<Main>)? { nil }
  public static func reportSeries(
    of run: RunFiles, column: String, over axis: String
  ) -> [Series] { [] }
  public static func replays(
    of folder: Path, _ settings: Main.Settings, in names: Main.Settings.Context, _ monitor: Monitor
  ) throws(Failure) -> [Replay] { [] }

  public typealias Context = CommandContext<Main.Settings.Context>

  /// Runs the command that the arguments of the process name, and ends it.
  ///
  /// The exit code is 0 when all is done, 1 when something failed, 64 for wrong usage, 130 after
  /// Ctrl-C, 143 after SIGTERM and 129 when the terminal was closed.
  ///
  /// - Parameters:
  ///   - names: What names are looked up in.
  ///   - version: The version of the program, for `--version` and `config.json`.
  public static func main(names: Main.Settings.Context, version: String = "") -> Never {
    StandardStreams.prepare()
    Interrupts.install()
    var context = Context(names: names, version: version)
    var code: Int32 = 1
    do throws(Failure) {
      context.ranks = try .join()
      code = run(Array(CommandLine.arguments.dropFirst()), in: context)
    } catch {
      context.note("Error: \(error)")
    }
    if code == 0, StandardStreams.isOutputLost { code = 1 }
    // The launcher ends the other ranks where one ends in another way.
    if code == 0 { context.ranks.leave() }
    exit(code)
  }

  /// Runs the command that `arguments` name.
  ///
  /// - Returns: The exit code; what went wrong has been said by then.
  public static func run(_ arguments: [String], in context: Context) -> Int32 {
    do {
      try context.ranks.together(.silent) { () throws(Failure) in
        try checkText()
        try checkSynonyms(arguments)
      }
      var command = try RootCommand<Self>.parseAsRoot(arguments)
      if let command = command as? any ContextualCommand {
        try checkRanks(type(of: command), context.ranks)
        try start(command, in: context)
      } else if context.ranks.isFirst {
        try command.run()
      }
      return 0
    } catch let failure as Failure {
      // What is empty another rank has said.
      if failure.kind != .interruption, !failure.description.isEmpty {
        context.note("Error: \(failure.located(at: context.ranks))")
      }
      return failure.kind == .usage ? 64 : failure.kind == .interruption ? Interrupts.exitCode : 1
    } catch {
      // The parser's own: help, version, unknown flags.
      let code = RootCommand<Self>.exitCode(for: error)
      let message = RootCommand<Self>.fullMessage(for: error)
      if !message.isEmpty, context.ranks.isFirst {
        code.isSuccess ? context.output(message) : context.note(message)
      }
      return code.rawValue
    }
  }

  private static func start<Command: ContextualCommand>(
    _ command: Command, in context: Context
  ) throws {
    guard let context = context as? CommandContext<Command.Names> else {
      preconditionFailure("\(Command.self) wants \(Command.Names.self) to look names up in")
    }
    var command = command
    try command.run(in: context)
  }

  /// Refuses to do in several processes what only one is to do.
  private static func checkRanks(
    _ command: any ContextualCommand.Type, _ ranks: Ranks
  ) throws(Failure) {
    if ranks.isAlone || command.takesRanks { return }
    throw ranks.isFirst
      ? .usage("This command is one process; start it without mpirun.")
      : Failure(kind: .usage, description: "")
  }

  /// Refuses arguments that are not UTF-8: what they name could not be found again.
  private static func checkText() throws(Failure) {
    for index in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      guard String(validatingCString: argument) != nil else {
        throw .usage(
          "The argument \(String(cString: argument).quotedBriefly) is not UTF-8; rename what it names."
        )
      }
    }
  }

  /// Answers names that users of other libraries know with ours.
  private static func checkSynonyms(_ arguments: [String]) throws(Failure) {
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.dropFirst(2).prefix { $0 != "=" }).replacing("_", with: "-")
      for setting in Main.Settings.all where setting.synonyms.contains(name) {
        throw .usage("There is no --\(name); it is called --\(setting.flag) here.")
      }
    }
  }
}

extension ExperimentProgram where Main.Settings.Context == Void {
  /// Runs the command that the arguments of the process name, and ends it.
  public static func main(version: String = "") -> Never { main(names: (), version: version) }
}

/// A command that is told what names are looked up in.
public protocol ContextualCommand: ParsableCommand {
  associatedtype Names: Sendable
  /// Whether several processes can do it together; most cannot.
  static var takesRanks: Bool { get }
  mutating func run(in context: CommandContext<Names>) throws
}

extension ContextualCommand {
  public static var takesRanks: Bool { false }
}

/// All commands of a program.
struct RootCommand<Program: ExperimentProgram>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Program.name, abstract: Program.abstract,
      usage: """
        \(Program.name) [<options of train>]
        \(Program.name) <subcommand>
        """,
      discussion: (Program.examples + ["train --help"]).map { "\(Program.name) \($0)" }
        .joined(separator: "\n"),
      version: packageVersion,
      subcommands: [
        TrainCommand<Program>.self, CompareCommand<Program>.self, TuneCommand<Program>.self,
        ReportCommand<Program>.self, DashboardCommand<Program>.self,
      ] + Program.commands,
      defaultSubcommand: TrainCommand<Program>.self)
  }
}

/// The version of this package.
public let packageVersion = "0.2.0"
