import AgentExperiments
import ArgumentParser
import ExperimentCommands
import Files
import Parallelism
import ReinforcementLearning
import State

/// Evaluates a saved agent.
struct EvaluateCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate the agent of a run with sampled and with greedy actions.",
    discussion: """
      Without further options this repeats the evaluation at the end of the run. --json lists the return \
      and the length of each episode as well.
      """)

  @OptionGroup var saved: SavedRunOptions

  @Option(parsing: .unconditional, help: "How many episodes for each kind of action (1 or more).")
  var episodes = 100

  @Option(
    parsing: .unconditional,
    help: "Decides starts and sampled actions (0 or more; default: the run's seed).")
  var seed: Int?

  @Option(help: "Another environment with such observations and actions (default: the run's own).")
  var env: String?

  func run(in context: CommandContext<AgentSettings.Context>) throws {
    let episodes = try checked(episodes, "episodes", from: 1)
    let run = try SavedRun(opening: saved, in: context)
    let seed = try UInt64(checked(seed ?? Int(run.seed), "seed", from: 0))
    let task = try run.task(in: env, environments: context.names.environments)
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    let report = try withThreads(processorCount) { () throws(Failure) in
      try task.evaluate(
        run.checkpoint.agent, episodes: episodes,
        seed: MeasurementSeed.finalEvaluation(ofRun: seed), display.monitor)
    }
    display.clear()
    context.output(saved.json ? jsonText(report, task: task, seed: seed) : "\(report.table)")
  }

  private func jsonText(_ report: EvaluationReport, task: AgentTask, seed: UInt64) -> String {
    let head: JSONValue = [
      "run": .text(saved.directory), "checkpoint": .text(saved.checkpoint.rawValue),
      "environment": .text(task.specification.name), "seed": .integer(Int(seed)),
    ]
    let figures = report.json(listsEpisodes: true)
    let whole = JSONValue.object((head.members ?? []) + (figures.members ?? []))
    return String(decoding: whole.fileContents.dropLast(), as: UTF8.self)
  }
}

/// The value of a flag that counts something.
func checked(_ value: Int, _ flag: String, from minimum: Int) throws(Failure) -> Int {
  guard (minimum...1_000_000_000_000).contains(value) || flag == "seed" && value >= 0 else {
    throw .usage("--\(flag) is \(value), but must be \(minimum) or more, at most 10¹².")
  }
  return value
}
