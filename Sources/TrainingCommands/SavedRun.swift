import AgentExperiments
import Agents
import ArgumentParser
import ExperimentCommands
import Experiments
import Files
import ReinforcementLearning
import SavedAgents
import State

/// The flags that name a saved agent.
struct SavedRunOptions: ParsableArguments {
  @Argument(help: "The folder of a run.", completion: .directory)
  var directory: String

  @Option(help: "Which agent: at the end of the run, on the way there, or at its best.")
  var checkpoint = CheckpointName.final

  @Flag(help: "Print JSON instead of a table.")
  var json = false
}

/// A run that was made before: its folder and one of its agents.
struct SavedRun {
  let path: Path
  let seed: UInt64
  let checkpoint: SavedAgent

  /// Opens a run's folder.
  ///
  /// - Throws: `Failure` if the folder holds no run, the agent cannot be read, or was trained elsewhere
  ///   than `config.json` says.
  init(
    opening options: SavedRunOptions, in context: CommandContext<AgentSettings.Context>
  ) throws(Failure) {
    path = Path(options.directory)
    guard Folder.hasEntry(path) else { throw .system(path.text, cannotBe: "read", code: 2) }
    guard Run<AgentTraining>.exists(in: path) else {
      throw .file(
        path.text, "holds no run (config.json is missing)",
        fix: "name the folder of a finished or interrupted run")
    }
    let configuration = try SettingValues<AgentSettings>(
      contentsOf: path.appending("config.json"))
    let file = path.appending("checkpoints/\(options.checkpoint.rawValue).safetensors")
    checkpoint = try SavedAgent(contentsOf: file, algorithms: context.names.algorithms)
    seed = UInt64(configuration["seed"]?.integer ?? 0)
    let trained = checkpoint.description.environment
    if let named = configuration["env"]?.text, named != trained {
      throw .file(
        file.text,
        "holds an agent for \(trained.printable), but config.json beside it names \(named.printable)",
        fix: "put the agent's own config.json there")
    }
  }

  /// The task that the agent was trained for, or the same in another environment.
  ///
  /// - Parameter name: The other environment; `nil` for the agent's own, with the time limit that it
  ///   was trained with.
  /// - Throws: `Failure` if there is no such environment, or its observations or actions do not fit the
  ///   agent.
  func task(
    in name: String? = nil, environments: EnvironmentRegistry
  ) throws(Failure) -> AgentTask {
    let agent = checkpoint.description
    var specification = try environments.specification(named: name ?? agent.environment)
    if name == nil { specification.maxEpisodeSteps = agent.timeLimit }
    let task = try AgentTask(specification, actionRepeat: agent.actionRepeat)
    guard task.observationSpace.count == agent.observationCount,
      AnyPolicySpace(task.actionSpace) == agent.actionSpace, task.actionMask == agent.actionMask
    else {
      throw .file(
        path.text,
        "holds an agent for \(agent.environment.printable) (\(agent.observationCount) observations, "
          + "\(agent.actionSpace.base.summary) actions\(Self.words(agent.actionMask))), but "
          + "\(specification.name) has \(task.observationSpace.count) and "
          + "\(task.actionSpace.summary)\(Self.words(task.actionMask))",
        fix: specification.name == agent.environment
          ? "train anew, or give the environment back what it had"
          : "evaluate it in \(agent.environment.printable)")
    }
    return task
  }

  private static func words(_ mask: Range<Int>?) -> String {
    mask.map { " masked by the scalars \($0)" } ?? ""
  }
}
