import Agents
import Experiments
import Files
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import SavedAgents
import State
import Statistics

/// The training of an agent in an environment, a step being an episode.
public struct AgentTraining: Experiment {
  public static let table = "episodes.csv"

  public let settings: AgentSettings
  private let task: AgentTask
  private var training: any AnyTraining
  /// An episode whose measurements are still to be made.
  private var pending: EpisodeRecord?
  /// The best mean return of 100 full episodes, and after which one it was reached.
  private var bestMeanReturn: Double?
  private var bestEpisode: Int?
  /// The last measurement of the gradient's variance, for the progress line.
  private var logVariance: Double?

  public init(_ settings: AgentSettings, in context: AgentSettings.Context) throws(Failure) {
    self.settings = settings
    task = try AgentTask(
      context.environments.specification(named: settings.environment),
      actionRepeat: settings.actionRepeat)
    let algorithm = try context.algorithm(named: settings.algorithm)
    let plan = TrainingPlan(
      episodes: settings.episodes, maximumSteps: settings.steps,
      episodesPerBatch: settings.batchEpisodes,
      rewardThreshold: task.specification.rewardThreshold, stopsWhenSolved: settings.solveStop,
      seed: settings.seed)
    // All existentials are opened here, once for the whole run.
    func training<S: PolicySpace>(_ task: AgentTask, _ actions: S) throws(Failure)
      -> any AnyTraining
    {
      func opened<A: TrainableAgent<S.Element>>(
        _ agent: A, _ environment: some Environment<S>
      ) -> any AnyTraining {
        Training(of: agent, in: environment, plan: plan)
      }
      var streams = RandomStreams(seed: settings.seed)
      let agent = algorithm.makeAgent(
        task.setting(settings, actions), using: &streams.initialization)
      guard let agent else {
        throw context.unsuitable(algorithm, for: task.specification, actions)
      }
      return opened(agent, task.makeEnvironment(S.self))
    }
    self.training = try training(task, task.actionSpace)
  }

  // MARK: Steps

  public var columns: [String] {
    [
      "episode", "step", "return", "length", "entropy", "gradient_norm", "control_variate_loss",
      "log_variance",
    ]
  }

  public var position: Position {
    let progress = training.progress
    guard let steps = settings.steps else {
      return Position(
        done: progress.episodes, total: settings.episodes, unit: "episode",
        isFinished: training.isFinished && pending == nil)
    }
    return Position(
      done: progress.steps, total: steps, unit: "step",
      isFinished: training.isFinished && pending == nil)
  }

  public mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    if training.progress.episodes == 0, pending == nil { warnOfEnvironment(monitor) }
    // An interruption during the measurements leaves an episode that is learned from already.
    let record = if let pending { pending } else { try training.advance(monitor) }
    pending = record

    let start = ContinuousClock.now
    let variance = try measureVariance(after: record, monitor)
    let evaluation = try evaluateIfDue(after: record, monitor)
    pending = nil
    var advance = Advance(rows: [Self.row(record, variance)])
    advance.measuringTime = ContinuousClock.now - start
    if let variance { advance.measurements.append(Self.measurement(variance, record)) }
    if let evaluation { advance.measurements.append(Self.measurement(evaluation, record)) }
    logVariance = variance?.logTrace ?? logVariance
    // The mean of fewer than 100 is a lucky beginning's.
    if record.episode >= 100, record.recentMeanReturn > bestMeanReturn ?? -.infinity {
      (bestMeanReturn, bestEpisode) = (record.recentMeanReturn, record.episode)
      advance.isBest = true
    }
    return advance
  }

  private func measureVariance(
    after record: EpisodeRecord, _ monitor: Monitor
  ) throws(Failure) -> GradientVariance.Summary? {
    let interval = settings.varianceEvery
    guard interval > 0, record.episode % interval == 0 else { return nil }
    return try training.gradientVariance(
      in: task, episodes: settings.varianceEpisodes,
      seed: MeasurementSeed.variance(record.episode / interval, ofRun: settings.seed), monitor)
  }

  private func evaluateIfDue(
    after record: EpisodeRecord, _ monitor: Monitor
  ) throws(Failure) -> EvaluationReport? {
    let interval = settings.evalEvery
    guard interval > 0, record.episode % interval == 0 else { return nil }
    return try task.evaluate(
      training.trainableAgent, episodes: settings.evalEpisodes,
      seed: MeasurementSeed.evaluation(record.episode / interval, ofRun: settings.seed), monitor)
  }

  /// Looks at an environment that is not known to be sound for a moment.
  private func warnOfEnvironment(_ monitor: Monitor) {
    func problems(_ environment: some Environment) -> [EnvironmentProblem] {
      checkEnvironment(environment, seed: settings.seed, stepCount: 64)
    }
    for problem in problems(task.specification.make()) where !problem.isWarning {
      monitor.warn(
        "\(settings.environment): \(problem.message) (train-agent check says more; equal seeds may "
          + "not give equal runs.)")
    }
  }

  // MARK: The model and the result

  public var model: SavedAgent {
    SavedAgent(
      training.trainableAgent,
      description: task.description(of: settings, episodes: training.progress.episodes))
  }

  public func file(of model: SavedAgent) throws(Failure) -> Safetensors { try model.file() }

  public func conclude(_ monitor: Monitor) throws(Failure) -> Finding? {
    guard settings.evalEpisodes > 0 else { return nil }
    let report = try task.evaluate(
      training.trainableAgent, episodes: settings.evalEpisodes,
      seed: MeasurementSeed.finalEvaluation(ofRun: settings.seed), monitor)
    return Finding(["evaluation": report.json], text: "\(report.table)")
  }

  public func summary(_ clock: RunClock) -> Finding {
    let progress = training.progress
    let threshold = task.specification.rewardThreshold
    return Finding(
      [
        "environment": .text(settings.environment), "algorithm": .text(settings.algorithm),
        "seed": .integer(Int(settings.seed)), "episodes": .integer(progress.episodes),
        "steps": .integer(progress.steps), "planned_episodes": .integer(settings.episodes),
        "planned_steps": JSONValue(settings.steps), "reward_threshold": JSONValue(threshold),
        "solved_at_episode": JSONValue(progress.solvedAtEpisode),
        "solved_at_step": JSONValue(progress.solvedAtStep),
        "final_mean_return": JSONValue(progress.recentMeanReturn),
        "best_mean_return": JSONValue(bestMeanReturn), "best_at_episode": JSONValue(bestEpisode),
        "steps_per_second": JSONValue(clock.rate(progress.steps)),
      ],
      text: """
        \(Self.table(
          progress, best: bestMeanReturn.flatMap { mean in bestEpisode.map { (mean, $0) } },
          threshold: threshold, clock))
        """)
  }

  public func progressFields(_ clock: RunClock) -> [(label: String, value: String)] {
    let progress = training.progress
    var fields = settings.steps == nil ? [] : [("episode", "\(progress.episodes)")]
    fields.append(("return", Format.legible(progress.recentMeanReturn, decimals: 1)))
    if let logVariance {
      fields.append(("log-variance", Format.fixed(logVariance, decimals: 2)))
    }
    fields.append(("at", Format.rate(clock.rate(progress.steps), "steps")))
    return fields
  }
}

extension AgentTraining: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try training.visitState(&visitor)
    try visitor.visit("pending", &pending)
    try visitor.visit("best_mean_return", &bestMeanReturn)
    try visitor.visit("best_episode", &bestEpisode)
    try visitor.visit("log_variance", &logVariance)
  }
}

/// A training whatever its agent and its environment are.
private protocol AnyTraining: Stateful {
  var trainableAgent: any Agent & Module { get }
  var progress: TrainingProgress { get }
  var isFinished: Bool { get }
  mutating func advance(_ monitor: Monitor) throws(Failure) -> EpisodeRecord
  func gradientVariance(
    in task: AgentTask, episodes: Int, seed: UInt64, _ monitor: Monitor
  ) throws(Failure) -> GradientVariance.Summary?
}

extension Training: AnyTraining where A: Module, E.ActionSpace: PolicySpace {
  fileprivate var trainableAgent: any Agent & Module { agent }

  fileprivate func gradientVariance(
    in task: AgentTask, episodes: Int, seed: UInt64, _ monitor: Monitor
  ) throws(Failure) -> GradientVariance.Summary? {
    func summary(
      in environment: some Environment<E.ActionSpace>
    ) throws(Failure) -> GradientVariance.Summary? {
      var environment = environment
      return try measureGradientVariance(
        of: agent, in: &environment, episodes: episodes, seed: seed, monitor)
    }
    return try summary(in: task.makeEnvironment(E.ActionSpace.self))
  }
}
