import AgentExperiments
import Experiments
import Files
import SavedAgents
import State

/// The agent of a run at a stage of its training.
struct TrainingStage {
  let title: String
  let agent: SavedAgent

  /// The agent before its first step, on the way, at its best and at the end or now, as far as these
  /// differ, the least trained first.
  ///
  /// - Throws: `Failure` if a checkpoint cannot be read.
  static func all(
    of folder: Path, _ settings: AgentSettings, in names: AgentSettings.Context
  ) throws(Failure) -> [TrainingStage] {
    var stages = [
      TrainingStage(title: "Untrained", agent: try AgentTraining(settings, in: names).model)
    ]
    let status = RunFiles.object(folder.appending("result.json"))["status"]?.text
    let hasEnded = [RunStatus.finished, .diverged].contains { $0.rawValue == status }
    for (title, checkpoint) in [
      ("On the way", CheckpointName.middle), ("At its best", .best), ("At the end", .final),
    ] {
      let file = folder.appending("checkpoints/\(checkpoint.rawValue).safetensors")
      // A run that goes on has no end yet, and one of an earlier version no middle.
      guard Folder.hasEntry(file), checkpoint != .final || hasEnded else { continue }
      let agent = try SavedAgent(contentsOf: file, algorithms: names.algorithms)
      stages.append(TrainingStage(title: title, agent: agent))
    }
    if !hasEnded, let training = try Run<AgentTraining>.latest(in: folder, settings, names) {
      stages.append(TrainingStage(title: "At the last checkpoint", agent: training.model))
    }
    // Of those that are the same agent, the last one, which is the end.
    let known = Dictionary(grouping: stages) { $0.episodes }
    return known.values.compactMap(\.last).sorted { $0.episodes < $1.episodes }
  }

  /// The episodes that the agent was trained for.
  var episodes: Int { agent.description.episodes }
}
