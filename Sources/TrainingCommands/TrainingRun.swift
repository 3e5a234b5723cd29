import Agents
import Checkpoints
import ExperimentLogging
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// One run from its configuration to its result, everything written into its folder.
struct TrainingRun {
  let configuration: RunConfiguration
  let task: TrainingTask
  let algorithm: Algorithm
  let directory: RunDirectory
  /// Whether progress is not shown.
  let isQuiet: Bool
  let context: CommandContext

  /// Makes the agent and the environment, and trains the one in the other.
  func run() throws -> RunResult {
    var streams = RandomStreams(seed: configuration.seed)
    let agent = algorithm.makeAgent(task.setting(configuration), &streams.initialization)
    // Both existentials are opened here, once for the whole run.
    return try run(agent, in: task.makeEnvironment())
  }

  private func run<A: TrainableAgent<Int>>(
    _ untrained: A, in environment: some Environment<Discrete>
  ) throws -> RunResult {
    var agent = untrained
    var environment = environment
    let log = try RunLog(in: directory)
    let progress = RunProgress(configuration, isQuiet: isQuiet)
    var best = BestAgent()
    var hasDiverged = false

    // Training, and what is written, shown and remembered after each episode.
    let training = try train(&agent, in: &environment, plan: configuration.plan(in: task)) {
      record, agent in
      let variance = try progress.pausing { try measureVariance(of: agent, after: record, log) }
      try log.add(record, variance: variance)
      try progress.pausing { try evaluateIfDue(agent, after: record, log) }
      progress.show(record, variance: variance)
      hasDiverged = record.update?.gradientNorm.isFinite == false
      if !hasDiverged { best.consider(agent, after: record) }
      return !hasDiverged && !context.isInterrupted()
    }
    progress.finish()
    try log.close()

    // The agents and the result, before anything else takes time.
    var result = RunResult(
      configuration: configuration, training: training, best: best,
      rewardThreshold: task.specification.rewardThreshold, wallTime: progress.elapsed,
      measuringTime: progress.pausedTime, wasInterrupted: context.isInterrupted())
    let episodes = training.episodes
    try save(best.restored(into: agent), as: .best, episodes: best.episode ?? episodes)
    try save(agent, as: .final, episodes: episodes)
    try AtomicFile.write(result.json.fileContents, to: directory.result)
    if hasDiverged { throw divergence(after: episodes) }

    // What the final agent can do.
    if configuration.evalEpisodes > 0 && !result.wasInterrupted {
      result.evaluation = EvaluationReport(
        of: agent, in: task.makeEnvironment(), episodes: configuration.evalEpisodes,
        seed: MeasurementSeed.finalEvaluation(ofRun: configuration.seed))
      try AtomicFile.write(result.json.fileContents, to: directory.result)
    }
    return result
  }
}

// MARK: - Steps of a run

extension TrainingRun {
  private func measureVariance(
    of agent: some Agent<Int>, after record: EpisodeRecord, _ log: RunLog
  ) throws -> GradientVariance.Summary? {
    let variance = configuration.measureVariance(of: agent, after: record, in: task)
    if let variance { try log.add(variance, after: record) }
    return variance
  }

  private func evaluateIfDue(
    _ agent: some Agent<Int>, after record: EpisodeRecord, _ log: RunLog
  ) throws {
    let interval = configuration.evalEvery
    guard interval > 0, record.episode % interval == 0 else { return }
    let report = EvaluationReport(
      of: agent, in: task.makeEnvironment(), episodes: configuration.evalEpisodes,
      seed: MeasurementSeed.evaluation(record.episode / interval, ofRun: configuration.seed))
    try log.add(report, after: record)
  }

  private func save(
    _ agent: some TrainableAgent<Int>, as name: CheckpointName, episodes: Int
  ) throws {
    let description = task.description(of: configuration, episodes: episodes)
    try SavedAgent(agent, description: description).write(to: directory.checkpoint(name))
  }

  private func divergence(after episodes: Int) -> CommandFailure {
    CommandFailure(
      "the gradient of episode \(episodes) is not finite; see that the environment's observations "
        + "and rewards are, or try a smaller --learning-rate (\(directory.path) has all until then)"
    )
  }
}
