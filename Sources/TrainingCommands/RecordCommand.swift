import AgentExperiments
import Agents
import ArgumentParser
import ExperimentCommands
import Files
import Recordings
import ReinforcementLearning
import State
import Statistics

/// Shows episodes of a saved agent.
struct RecordCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Play episodes of a run's agent into a GIF, an MP4 or PNGs.",
    discussion: """
      The episodes are the first ones of evaluate, with greedy actions. The name of OUTPUT decides the \
      format: lander.gif, lander.mp4 (made by the program ffmpeg), frame-%04d.png or a folder for a PNG \
      for each frame. The last frame of an episode is shown for a second. With --stages the agents before \
      the training, on the way, at their best and at the end play the same episodes side by side.
      """)

  @OptionGroup var saved: SavedRunOptions

  @Argument(
    help: "A new file, or a folder (default: the run's name and .gif).",
    completion: .file(extensions: ["gif", "mp4", "png"]))
  var output: String?

  @Option(parsing: .unconditional, help: "How many episodes (1 or more).")
  var episodes = 1

  @Option(
    parsing: .unconditional,
    help: "Decides starts and sampled actions (0 or more; default: the run's seed).")
  var seed: Int?

  @Flag(help: "Draw the actions from the policy instead of taking the most probable ones.")
  var sampled = false

  @Flag(help: "Show the agents of all stages of the training side by side.")
  var stages = false

  @Option(help: "The size in pixels, such as 900x600 (default: about 600x400).")
  var size: String?

  @Option(
    name: .customLong("fps"), parsing: .unconditional,
    help: "Frames in a second (default: what is real time, or usual, in the environment).")
  var framesPerSecond: Int?

  @Option(help: "Another environment with such observations and actions (default: the run's own).")
  var env: String?

  func run(in context: CommandContext<AgentSettings.Context>) throws {
    let episodes = try checked(episodes, "episodes", from: 1)
    let size = try size.map(Self.size)
    let framesPerSecond = try framesPerSecond.map {
      try checked($0, "fps", from: 1)
    }
    if stages {
      return try recordStages(episodes: episodes, size: size, framesPerSecond, in: context)
    }
    let run = try SavedRun(opening: saved, in: context)
    let seed = try UInt64(checked(seed ?? Int(run.seed), "seed", from: 0))
    let task = try run.task(in: env, environments: context.names.environments)
    let path = output.map { Path($0) } ?? Self.freeName(run.path)
    let (width, height) = size ?? task.naturalSize
    let recording = try Recording(
      to: path, width: width, height: height,
      framesPerSecond: framesPerSecond ?? task.framesPerSecond)

    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    let played = try task.play(
      run.checkpoint.agent, into: recording, episodes: episodes,
      seed: MeasurementSeed.finalEvaluation(ofRun: seed), isGreedy: !sampled, display.monitor)
    try recording.finish()
    display.clear()
    context.output(
      saved.json
        ? json(played, recording, path, task, seed)
        : "\(path): \(recording.frameCount) frames of \(width)x\(height); "
          + "return\(episodes == 1 ? "" : "s") "
          + played.returns.map { Format.fixed($0, decimals: 2) }.joined(separator: ", "))
  }

  private func json(
    _ played: PlayedEpisodes, _ recording: Recording, _ path: Path, _ task: AgentTask,
    _ seed: UInt64
  ) -> String {
    let whole: JSONValue = [
      "run": .text(saved.directory), "checkpoint": .text(saved.checkpoint.rawValue),
      "environment": .text(task.specification.name), "seed": .integer(Int(seed)),
      "output": .text(path.text), "frames": .integer(recording.frameCount),
      "returns": .array(played.returns.map { JSONValue($0) }),
      "lengths": .array(played.lengths.map { .integer($0) }),
    ]
    return String(decoding: whole.fileContents.dropLast(), as: UTF8.self)
  }

  /// The sides that a text such as `600x400` names.
  static func size(_ text: String) throws(Failure) -> (width: Int, height: Int) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      Recording.sides.contains(width), Recording.sides.contains(height)
    else {
      throw .usage(
        "--size is \(text.quotedBriefly), but must be width and height of "
          + "\(Recording.sides.lowerBound) to \(Recording.sides.upperBound) pixels, such as 600x400."
      )
    }
    return (width, height)
  }

  /// The run's name with `.gif`, or `-2.gif`, `-3.gif`, … if that is taken.
  static func freeName(_ run: Path) -> Path {
    let name = Folder.portable(run.name)
    var (number, path) = (1, Path("\(name).gif"))
    while Folder.hasEntry(path) {
      number += 1
      path = Path("\(name)-\(number).gif")
    }
    return path
  }
}
