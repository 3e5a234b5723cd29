import AgentExperiments
import Experiments
import Files
import Pages
import Recordings
import ReinforcementLearning
import Rendering
import State
import Statistics

/// What a run of an agent leaves for people to look at, and what its page shows beside its own curves.
extension AgentProgram {
  /// A recording of the agent again and again, always of the first episode of the evaluation.
  public static func pictures(
    _ settings: AgentSettings, in names: AgentSettings.Context
  ) throws(Failure) -> RunPictures<AgentTraining>? {
    guard settings.recordEvery > 0 else { return nil }
    let task = try settings.task(in: names)
    let (size, framesPerSecond) = (task.naturalSize, task.framesPerSecond)
    return RunPictures(in: "recordings", suffix: "gif", .every(settings.recordEvery)) {
      training, path, monitor throws(Failure) in
      let recording = try Recording(
        to: path, width: size.width, height: size.height, framesPerSecond: framesPerSecond)
      _ = try task.play(
        training.model.agent, into: recording, episodes: 1,
        seed: MeasurementSeed.finalEvaluation(ofRun: settings.seed), isGreedy: true,
        stepLimit: ReplayFilm.stepLimit, monitor)
      try recording.finish()
    }
  }

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
    let task = try settings.task(in: names)
    let stages = try TrainingStage.all(of: folder, settings, in: names)
    var replays: [Replay] = []
    for stage in stages {
      try monitor.check("replay", replays.count, of: stages.count)
      replays.append(try replay(of: stage, task, settings, monitor))
    }
    return replays
  }

  private static func replay(
    of stage: TrainingStage, _ task: AgentTask, _ settings: AgentSettings, _ monitor: Monitor
  ) throws(Failure) -> Replay {
    let film = ReplayFilm(framesPerSecond: task.framesPerSecond)
    let played = try task.play(
      stage.agent.agent, into: film, episodes: 1,
      seed: MeasurementSeed.finalEvaluation(ofRun: settings.seed), isGreedy: true, monitor)
    let episodes = stage.episodes
    let note =
      "after \(episodes) episode\(episodes == 1 ? "" : "s"); return "
      + Format.fixed(played.returns[0], decimals: 1) + " in \(played.lengths[0]) steps"
    return film.replay(title: stage.title, note: note)
  }
}
