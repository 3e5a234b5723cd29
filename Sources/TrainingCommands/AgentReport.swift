import AgentExperiments
import Experiments
import Files
import Pages
import Recordings
import ReinforcementLearning
import Rendering
import SavedAgents
import State
import Statistics

/// What the page of an agent's run shows beside its own curves.
extension AgentProgram {
  public static func reportSeries(
    of run: RunFiles, column: String, over axis: String
  ) -> [Series] {
    guard column == "return" else { return [] }
    var series: [Series] = []
    let places = (run.table[axis] ?? []).filter(\.isFinite)
    if let goal = run.result["reward_threshold"]?.double, let last = places.max() {
      series.append(
        Series(
          name: "solved at \(pageNumber(goal))", x: [places.min() ?? 0, last], y: [goal, goal],
          style: .dashed, color: .reference))
    }
    let evaluations = run.measurements(of: "evaluation")
    if !evaluations.isEmpty {
      let means = evaluations.map { $0["greedy_mean_return"]?.double ?? .nan }
      let errors = evaluations.map { $0["greedy_standard_error"]?.double ?? 0 }
      series.append(
        Series(
          name: "evaluation, greedy", x: evaluations.map { $0[axis]?.double ?? .nan }, y: means,
          band: .init(
            low: zip(means, errors).map { $0 - $1 }, high: zip(means, errors).map { $0 + $1 }),
          style: .solid, color: .ink))
    }
    return series
  }

  /// An episode of the agent before its first step, on the way, at its best and at the end, as far as
  /// these differ.
  public static func replays(
    of folder: Path, _ settings: AgentSettings, in names: AgentSettings.Context, _ monitor: Monitor
  ) throws(Failure) -> [Replay] {
    let task = try AgentTask(
      names.environments.specification(named: settings.environment),
      actionRepeat: settings.actionRepeat)
    var agents: [(title: String, agent: SavedAgent)] = [
      ("Untrained", try AgentTraining(settings, in: names).model)
    ]
    for (title, checkpoint) in [
      ("On the way", CheckpointName.middle), ("At its best", .best), ("At the end", .final),
    ] {
      let file = folder.appending("checkpoints/\(checkpoint.rawValue).safetensors")
      // A run that goes on has no end yet, and one of an earlier version no middle.
      guard Folder.hasEntry(file) else { continue }
      agents.append((title, try SavedAgent(contentsOf: file, algorithms: names.algorithms)))
    }
    let known = Dictionary(grouping: agents.indices) { agents[$0].agent.description.episodes }
    // Of those that are the same agent, the last one, which is the end.
    let distinct = known.values.compactMap(\.last).sorted {
      agents[$0].agent.description.episodes < agents[$1].agent.description.episodes
    }
    var replays: [Replay] = []
    for index in distinct {
      try monitor.check("replay", replays.count, of: distinct.count)
      replays.append(try replay(agents[index].title, agents[index].agent, task, settings, monitor))
    }
    return replays
  }

  private static func replay(
    _ title: String, _ saved: SavedAgent, _ task: AgentTask, _ settings: AgentSettings,
    _ monitor: Monitor
  ) throws(Failure) -> Replay {
    let film = ReplayFilm(framesPerSecond: task.framesPerSecond)
    let played = try task.play(
      saved.agent, into: film, episodes: 1,
      seed: MeasurementSeed.finalEvaluation(ofRun: settings.seed), isGreedy: true, monitor)
    let episodes = saved.description.episodes
    let note =
      "after \(episodes) episode\(episodes == 1 ? "" : "s"); return "
      + Format.fixed(played.returns[0], decimals: 1) + " in \(played.lengths[0]) steps"
    return film.replay(title: title, note: note)
  }
}
