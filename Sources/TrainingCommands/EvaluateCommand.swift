import ArgumentParser
import ReinforcementLearning

/// Evaluates a saved agent.
struct EvaluateCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate the agent of a run with sampled and with greedy actions.",
    discussion: "Without further options this repeats the evaluation at the end of the run.")

  private static let episodesSetting = Setting(
    "episodes", flag: "episodes", "How many episodes for each kind of action",
    .integers(1...Int.max))

  @Argument(help: "The folder of a run.", completion: .directory)
  var directory: String

  @Option(help: "Which agent: at the end of the run, or at its best.")
  var checkpoint = CheckpointName.final

  @Option(
    parsing: .unconditional,
    help: "How many episodes for each kind of action (1 or more; default 100).")
  var episodes: String?

  @Option(
    parsing: .unconditional,
    help: "Decides starts and sampled actions (0 or more; default: the run's seed).")
  var seed: String?

  @Option(help: "Another environment with such observations and actions (default: the run's own).")
  var env: String?

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func run(in context: CommandContext) throws {
    var count = 100
    if let episodes, case .integer(let value) = try Self.episodesSetting.parse(episodes) {
      count = value
    }
    let run = try SavedRun(opening: directory, checkpoint: checkpoint)
    var seed = run.seed
    if let text = self.seed, case .integer(let value) = try Setting.seed.parse(text) {
      seed = UInt64(value)
    }
    let task = try run.task(in: env, environments: context.environments)
    let report = EvaluationReport(
      of: run.checkpoint.agent, in: task.makeEnvironment(), episodes: count,
      seed: MeasurementSeed.finalEvaluation(ofRun: seed))
    context.output(json ? jsonText(report, task: task, seed: seed) : "\(report.table)")
  }

  private func jsonText(_ report: EvaluationReport, task: TrainingTask, seed: UInt64) -> String {
    let head: JSONValue = [
      "run": .text(directory), "checkpoint": .text(checkpoint.rawValue),
      "environment": .text(task.specification.name), "seed": .integer(Int(seed)),
    ]
    let whole = JSONValue.object((head.members ?? []) + (report.json.members ?? []))
    return String(decoding: whole.fileContents.dropLast(), as: UTF8.self)
  }
}
