import Agents
import Experiments
import Files
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import SavedAgents
import State
import Statistics

/// The training of an agent in an environment, a step being an episode, or a batch of several
/// environments.
public struct AgentTraining: Experiment {
  public static let table = "episodes.csv"
  public static let sharesSteps = true

  public let settings: AgentSettings
  private let task: AgentTask
  private var training: any AnyTraining
  /// Episodes whose measurements are still to be made.
  private var pending: [EpisodeRecord]?
  /// The best mean return of 100 full episodes, and after which one it was reached.
  private var bestMeanReturn: Double?
  private var bestEpisode: Int?
  /// The last measurement of the gradient's variance, for the progress line.
  private var logVariance: Double?

  public init(_ settings: AgentSettings, in context: AgentSettings.Context) throws(Failure) {
    self.settings = settings
    task = try settings.task(in: context)
    let algorithm = try context.algorithm(named: settings.algorithm)
    let plan = TrainingPlan(
      episodes: settings.episodes, maximumSteps: settings.steps,
      episodesPerBatch: settings.batchEpisodes, environments: settings.environments,
      rolloutSteps: settings.rolloutSteps,
      rewardThreshold: task.specification.rewardThreshold, stopsWhenSolved: settings.solveStop,
      seed: settings.seed)
    // All existentials are opened here, once for the whole run.
    func training<S: PolicySpace>(_ task: AgentTask, _ actions: S) throws(Failure)
      -> any AnyTraining
    {
      func opened<A: TrainableAgent<S.Element>, E: Environment<S>>(
        _ agent: A, _ first: E
      ) -> any AnyTraining {
        var first: E? = first
        func next() -> E {
          defer { first = nil }
          if let first { return first }
          guard let environment = task.makeEnvironment(S.self) as? E else {
            preconditionFailure("\(task.specification.name) is not always of the same type")
          }
          return environment
        }
        return Training(of: agent, in: next(), plan: plan)
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
    if training.progress.steps == 0, pending == nil { warnOfEnvironment(monitor) }
    // An interruption during the measurements leaves episodes that are learned from already.
    let records = if let pending { pending } else { try training.advance(monitor) }
    pending = records

    let start = ContinuousClock.now
    let variance = try measureVariance(after: records, monitor)
    let evaluation = try evaluateIfDue(after: records, monitor)
    pending = nil
    var advance = Advance(
      rows: records.map { Self.row($0, $0.episode == records.last?.episode ? variance : nil) },
      at: records.map { settings.steps == nil ? $0.episode : $0.totalSteps })
    advance.measuringTime = ContinuousClock.now - start
    if let record = records.last {
      if let variance { advance.measurements.append(Self.measurement(variance, record)) }
      if let evaluation { advance.measurements.append(Self.measurement(evaluation, record)) }
    }
    logVariance = variance?.logTrace ?? logVariance
    // The mean of fewer than 100 is a lucky beginning's. The model is the one after all of the records.
    for record in records where record.episode >= 100 {
      guard record.recentMeanReturn > bestMeanReturn ?? -.infinity else { continue }
      (bestMeanReturn, bestEpisode) = (record.recentMeanReturn, record.episode)
      advance.isBest = true
    }
    return advance
  }

  public mutating func synchronize() throws(Failure) { try training.synchronize() }

  private func measureVariance(
    after records: [EpisodeRecord], _ monitor: Monitor
  ) throws(Failure) -> GradientVariance.Summary? {
    guard let index = Self.due(every: settings.varianceEvery, in: records) else { return nil }
    return try training.gradientVariance(
      in: task, episodes: settings.varianceEpisodes,
      seed: MeasurementSeed.variance(index, ofRun: settings.seed), monitor)
  }

  private func evaluateIfDue(
    after records: [EpisodeRecord], _ monitor: Monitor
  ) throws(Failure) -> EvaluationReport? {
    guard let index = Self.due(every: settings.evalEvery, in: records) else { return nil }
    return try task.evaluate(
      training.trainableAgent, episodes: settings.evalEpisodes,
      seed: MeasurementSeed.evaluation(index, ofRun: settings.seed), monitor)
  }

  /// The number of a measurement that is made after so many episodes again and again, where one of these
  /// episodes was the last of so many.
  private static func due(every interval: Int, in records: [EpisodeRecord]) -> Int? {
    guard interval > 0 else { return nil }
    return records.last { $0.episode.isMultiple(of: interval) }.map { $0.episode / interval }
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
  mutating func advance(_ monitor: Monitor) throws(Failure) -> [EpisodeRecord]
  mutating func synchronize() throws(Failure)
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
