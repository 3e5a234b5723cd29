import Checkpoints
import Foundation
import ReinforcementLearning

/// A run that was made before: its folder and one of its agents.
struct SavedRun {
  let directory: RunDirectory
  let seed: UInt64
  let checkpoint: SavedAgent

  /// Opens a run's folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - name: Which of its agents to load.
  /// - Throws: `CheckpointError` or `UsageError` if the folder holds no run, the agent cannot be
  ///   read, or was trained elsewhere than `config.json` says.
  init(opening path: String, checkpoint name: CheckpointName) throws {
    directory = try RunDirectory(opening: URL(filePath: path, directoryHint: .isDirectory))
    let configuration = try SettingValues(contentsOf: directory.config.relativePath)
    checkpoint = try SavedAgent(contentsOf: directory.checkpoint(name))
    if case .integer(let value) = configuration[.seed] { seed = UInt64(value) } else { seed = 0 }

    let trained = checkpoint.description.environment
    if let named = configuration.text(.environment), named != trained {
      throw CheckpointError(
        file: directory.checkpoint(name).relativePath,
        problem: "holds an agent for \(trained), but config.json beside it names \(named)",
        fix: "put the agent's own config.json there")
    }
  }

  /// The task that the agent was trained for, or the same in another environment.
  ///
  /// - Parameter name: The other environment; `nil` for the agent's own, with the time limit that it
  ///   was trained with.
  /// - Throws: `UsageError` if there is no such environment, `CheckpointError` if its observations
  ///   or actions do not fit the agent.
  func task(in name: String? = nil, environments: EnvironmentRegistry) throws -> TrainingTask {
    let agent = checkpoint.description
    var specification = try environments.requiredSpecification(named: name ?? agent.environment)
    if name == nil { specification.maxEpisodeSteps = agent.timeLimit }
    let task = try TrainingTask(
      specification, actionRepeat: agent.actionRepeat, environments: environments)
    guard task.observationSpace.count == agent.observationCount,
      task.actionSpace == Discrete(agent.actionCount, start: agent.firstAction)
    else {
      throw CheckpointError(
        file: directory.path,
        problem: "holds an agent for \(agent.environment) (\(agent.observationCount) observations, "
          + "\(agent.actionCount) actions), but \(specification.name) has "
          + "\(task.observationSpace.count) and \(task.actionSpace.count)",
        fix: "evaluate it in \(agent.environment)")
    }
    return task
  }
}
