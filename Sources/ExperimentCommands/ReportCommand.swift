import ArgumentParser
import Experiments
import Files
import State

/// Writes the pages of runs that are there already.
struct ReportCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Names = Program.Main.Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "report", abstract: "Write the page about a run, report.html, into its folder.",
      discussion: """
        The page is one file that needs no network: curves to be zoomed, results, settings, and what \
        the run's agents do, where they can be seen. It may be written at any time, also while the run \
        goes on.
        """)
  }

  @Argument(help: "The folders of runs.", completion: .directory)
  var runs: [String]

  @Flag(inversion: .prefixedNo, help: "Let the agents play, where there are any.")
  var replays = true

  mutating func run(in context: CommandContext<Names>) throws {
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    for name in runs {
      let folder = Path(name)
      let report = try RunReport<Program>(
        of: folder, in: context.names, withReplays: replays, display.monitor)
      try report.write()
      display.clear()
      context.output(folder.appending(RunReport<Program>.name).text)
    }
  }
}
