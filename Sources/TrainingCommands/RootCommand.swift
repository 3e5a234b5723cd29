import ArgumentParser
import Checkpoints
import ExperimentLogging
import ReinforcementLearning
import Rendering

/// A command that is given its environments.
protocol ContextualCommand: ParsableCommand {
  mutating func run(in context: CommandContext) throws
}

extension ContextualCommand {
  mutating func run() throws {
    try run(in: CommandContext(environments: .builtIn))
  }
}

/// All commands.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let program = CommandContext.programName
    return CommandConfiguration(
      commandName: program,
      abstract: "Train reinforcement-learning agents and see how good they are.",
      usage: """
        \(program) --env NAME [--algo NAME] [<options of train>]
        \(program) <subcommand>
        """,
      discussion: """
        \(program) --env cartpole --algo relax
        \(program) evaluate runs/cartpole-relax-0
        \(program) compare --env cartpole --algos a2c,relax
        \(program) variance runs/cartpole-relax-0
        \(program) train --help
        """,
      version: packageVersion,
      subcommands: [
        TrainCommand.self, EvaluateCommand.self, CompareCommand.self, VarianceCommand.self,
        ListCommand.self,
      ],
      defaultSubcommand: TrainCommand.self)
  }
}

/// The version of the package, as `config.json` notes it.
let packageVersion = "0.1.0"

/// Runs the command that `arguments` name.
///
/// - Returns: The exit code; what went wrong has been said by then.
func run(_ arguments: [String], in context: CommandContext) -> Int32 {
  do {
    var command = try RootCommand.parseAsRoot(arguments)
    if var command = command as? any ContextualCommand {
      try command.run(in: context)
    } else {
      try command.run()
    }
    return ExitCode.success.rawValue
  } catch let error as UsageError {
    context.note("Error: \(error)")
    return ExitCode.validationFailure.rawValue
  } catch let error
    where error is CommandFailure || error is CheckpointError || error is LoggingError
    || error is RenderingError
  {
    context.note("Error: \(error)")
    return ExitCode.failure.rawValue
  } catch {
    // The parser's own: help, version, unknown flags, and exit codes.
    let code = RootCommand.exitCode(for: error)
    let message = RootCommand.fullMessage(for: error)
    if !message.isEmpty { code.isSuccess ? context.output(message) : context.note(message) }
    return code.rawValue
  }
}
