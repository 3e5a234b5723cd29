import AgentExperiments
import ExperimentCommands
import Experiments
import Files
import Recordings
import State
import Statistics

extension RecordCommand {
  /// Shows the agents of all stages of a training side by side.
  func recordStages(
    episodes: Int, size: (width: Int, height: Int)?, _ framesPerSecond: Int?,
    in context: CommandContext<AgentSettings.Context>
  ) throws(Failure) {
    guard saved.checkpoint == .final, env == nil else {
      throw .usage("--stages shows all agents in the run's own environment; leave the others out.")
    }
    let folder = Path(saved.directory)
    let settings = try Run<AgentTraining>.savedSettings(in: folder, context.names)
    let seed = try UInt64(checked(seed ?? Int(settings.seed), "seed", from: 0))
    let task = try settings.task(in: context.names)
    let stages = try TrainingStage.all(of: folder, settings, in: context.names)
    let (width, height) = size ?? Self.size(of: stages.count, task.naturalSize)
    let path = output.map { Path($0) } ?? Self.freeName(folder)
    let recording = try Recording(
      to: path, width: width, height: height,
      framesPerSecond: framesPerSecond ?? task.framesPerSecond)

    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    var played: [(stage: TrainingStage, frames: EpisodeFrames, result: PlayedEpisodes)] = []
    for stage in stages {
      try display.monitor.check("recording, stage", played.count, of: stages.count)
      let frames = EpisodeFrames()
      let result = try task.play(
        stage.agent.agent, into: frames, episodes: episodes,
        seed: MeasurementSeed.finalEvaluation(ofRun: seed), isGreedy: !sampled,
        stepLimit: ReplayFilm.stepLimit, display.monitor)
      played.append((stage, frames, result))
    }
    for index in 0..<episodes {
      try display.monitor.check("drawing, episode", index, of: episodes)
      recording.add(
        sideBySide: played.map { ($0.stage.title, $0.frames.episodes[index]) })
    }
    try recording.finish()
    display.clear()
    if saved.json {
      let whole: JSONValue = [
        "run": .text(saved.directory), "environment": .text(task.specification.name),
        "seed": .integer(Int(seed)), "output": .text(path.text),
        "frames": .integer(recording.frameCount),
        "stages": .array(
          played.map { played in
            [
              "title": .text(played.stage.title), "episodes": .integer(played.stage.episodes),
              "returns": .array(played.result.returns.map { JSONValue($0) }),
              "lengths": .array(played.result.lengths.map { .integer($0) }),
            ]
          }),
      ]
      context.output(String(decoding: whole.fileContents.dropLast(), as: UTF8.self))
      return
    }
    context.output("\(path): \(recording.frameCount) frames of \(width)x\(height)")
    for (stage, _, result) in played {
      let returns = result.returns.map { Format.fixed($0, decimals: 2) }.joined(separator: ", ")
      context.output(
        "\(stage.title), after \(stage.episodes) episodes: return\(episodes == 1 ? "" : "s") \(returns)"
      )
    }
  }

  /// The size of a frame with so many scenes, each half as wide and high as it is alone.
  private static func size(
    of count: Int, _ natural: (width: Int, height: Int)
  ) -> (width: Int, height: Int) {
    guard count > 1 else { return natural }
    let columns = Recording.columns(of: count)
    let rows = (count + columns - 1) / columns
    return (columns * natural.width / 2, rows * natural.height / 2)
  }
}
