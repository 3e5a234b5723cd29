import ArgumentParser
import ExperimentLogging
import ReinforcementLearning

/// Runs the commands `train`, `evaluate`, `compare`, `variance` and `list` on the arguments of the
/// process, and ends it.
///
/// ```swift
/// @main enum Program {
///   static func main() {
///     TrainingCommands.main(environments: ["corridor": { Corridor() }])
///   }
/// }
/// ```
///
/// The exit code is 0 when all is done, 1 when something failed, 64 for wrong usage, 130 after
/// Ctrl-C and 143 after SIGTERM.
///
/// - Parameter environments: Environments beside the built-in ones, by their short names; each call
///   must return a new one. An environment with a time limit or a reward threshold has a
///   specification: see `main(specifications:)`.
public func main(environments: [String: @Sendable () -> any Environment] = [:]) -> Never {
  main(
    specifications: environments.sorted { $0.key < $1.key }.map {
      EnvironmentSpecification(name: $0.key, make: $0.value)
    })
}

/// Runs the commands `train`, `evaluate`, `compare`, `variance` and `list` on the arguments of the
/// process, and ends it.
///
/// - Parameter specifications: Environments beside the built-in ones; one of the same short name
///   replaces it.
public func main(specifications: [EnvironmentSpecification]) -> Never {
  var environments = EnvironmentRegistry.builtIn
  environments.register(specifications)
  InterruptHandler.install()
  let code = run(
    Array(CommandLine.arguments.dropFirst()), in: CommandContext(environments: environments))
  RootCommand.exit(withError: ExitCode(code))
}
