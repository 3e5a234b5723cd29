import Agents
import ArgumentParser
import Checkpoints
import ExperimentLogging
import Foundation
import ReinforcementLearning

/// Trains an agent and leaves a folder with all there is to know about the run.
struct TrainCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an agent and keep all there is to know about the run.",
    usage: "\(CommandContext.programName) --env NAME [--algo NAME] [<options>]",
    discussion: """
      Flags override the file of --config, and that overrides the preset. The run's folder holds \
      config.json, episodes.csv, result.json and checkpoints; the same seed gives the same \
      episodes.csv to the byte.
      """)

  @OptionGroup var options: TrainOptions

  @Option(
    help: "Settings in the form of a run's config.json or a part of it (default: none).",
    completion: .file())
  var config: String?

  @Option(
    help: "The run's folder, a new one (default: runs/ENV-ALGO-SEED, with -2, -3, … if taken).",
    completion: .directory)
  var runDir: String?

  @Flag(help: "Print nothing but the run's folder (default: progress and a table).")
  var quiet = false

  func run(in context: CommandContext) throws {
    // Whatever can be wrong with the request is found before anything is written.
    let configuration = try RunConfiguration(
      flags: options.values(), file: config.map { try SettingValues(contentsOf: $0) } ?? .init(),
      environments: context.environments)
    let task = try TrainingTask(
      context.environments.requiredSpecification(named: configuration.environment),
      actionRepeat: configuration.actionRepeat, environments: context.environments)
    let algorithm = try Algorithm.required(named: configuration.algorithm)
    if !quiet { context.warnOfDebugBuild() }

    let directory = try makeDirectory(configuration)
    try writeConfiguration(configuration, to: directory, context)
    let result = try TrainingRun(
      configuration: configuration, task: task, algorithm: algorithm, directory: directory,
      isQuiet: quiet, context: context
    ).run()

    if !quiet {
      context.output("\(result.table)\n")
      if let evaluation = result.evaluation { context.output("\(evaluation.table)\n") }
    }
    let place = "\(result.wasInterrupted ? "Interrupted; the" : "The") run is in \(directory.path)."
    context.output(quiet ? directory.path : place)
    if result.wasInterrupted { throw ExitCode(InterruptHandler.exitCode ?? 130) }
  }

  private func makeDirectory(_ configuration: RunConfiguration) throws -> RunDirectory {
    if let runDir {
      return try .create(at: URL(filePath: runDir, directoryHint: .isDirectory))
    }
    return try .create(
      named: "\(configuration.environment)-\(configuration.algorithm)-\(configuration.seed)",
      in: URL(filePath: "runs", directoryHint: .isDirectory))
  }

  private func writeConfiguration(
    _ configuration: RunConfiguration, to directory: RunDirectory, _ context: CommandContext
  ) throws {
    let remarks: JSONValue = [
      "version": .text(packageVersion),
      "command": .text(context.command),
    ]
    let settings = try SettingValues(configuration).json
    let file = JSONValue.object((remarks.members ?? []) + (settings.members ?? []))
    try AtomicFile.write(file.fileContents, to: directory.config)
  }
}
