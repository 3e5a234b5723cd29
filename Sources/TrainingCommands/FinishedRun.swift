import Agents
import Foundation
import RandomNumbers
import ReinforcementLearning

/// What is kept of one run of a comparison, in memory and in a file.
struct FinishedRun: Codable, Equatable, Sendable {
  /// The name of the comparison's entry.
  let algorithm: String
  let seed: UInt64
  /// The steps taken by the end of each episode.
  var steps: [Int] = []
  /// The return of each episode.
  var returns: [Double] = []
  /// The length of each episode.
  var lengths: [Int] = []
  /// The log-variance of the gradient after each episode, `nil` where it was not measured.
  var logVariances: [Double?] = []
  var solvedAtEpisode: Int?
  var solvedAtStep: Int?
  /// Whether the run ended early, since a gradient was not finite.
  var hasDiverged = false
  /// The time that training took, measurements left out.
  var wallSeconds = 0.0

  init(algorithm: String, seed: UInt64) {
    self.algorithm = algorithm
    self.seed = seed
  }

  /// Whether the parts fit together.
  var isConsistent: Bool {
    !returns.isEmpty
      && [steps.count, lengths.count, logVariances.count].allSatisfy { $0 == returns.count }
  }
}

// MARK: - Training

extension FinishedRun {
  /// Trains as `train` does with the same settings: the episodes are the same.
  ///
  /// - Parameters:
  ///   - entry: What to train.
  ///   - seed: The run's seed.
  ///   - goesOn: Called after every episode with its record; `false` ends the run, of which nothing is left then.
  /// - Returns: `nil` if the run was ended.
  static func train(
    _ entry: ComparisonPlan.Entry, seed: UInt64, goesOn: (EpisodeRecord) -> Bool
  ) -> FinishedRun? {
    var streams = RandomStreams(seed: seed)
    let agent = entry.algorithm.makeAgent(
      entry.task.setting(entry.configuration), &streams.initialization)
    // Both existentials are opened here, once for the whole run.
    return train(agent, in: entry.task.makeEnvironment(), entry, seed: seed, goesOn: goesOn)
  }

  private static func train<A: TrainableAgent<Int>>(
    _ untrained: A, in environment: some Environment<Discrete>, _ entry: ComparisonPlan.Entry,
    seed: UInt64, goesOn: (EpisodeRecord) -> Bool
  ) -> FinishedRun? {
    var agent = untrained
    var environment = environment
    var configuration = entry.configuration
    configuration.seed = seed
    let plan = configuration.plan(in: entry.task)
    var run = FinishedRun(algorithm: entry.name, seed: seed)
    var isStopped = false
    var measuringTime = Duration.zero
    let start = ContinuousClock.now

    let result = ReinforcementLearning.train(&agent, in: &environment, plan: plan) {
      record, agent in
      let measuringStart = ContinuousClock.now
      let variance = configuration.measureVariance(of: agent, after: record, in: entry.task)
      measuringTime += ContinuousClock.now - measuringStart
      run.steps.append(record.totalSteps)
      run.returns.append(record.episodeReturn)
      run.lengths.append(record.length)
      run.logVariances.append(variance?.logTrace)
      run.hasDiverged = record.update?.gradientNorm.isFinite == false
      isStopped = !goesOn(record)
      return !run.hasDiverged && !isStopped
    }
    if isStopped { return nil }
    run.solvedAtEpisode = result.solvedAtEpisode
    run.solvedAtStep = result.solvedAtStep
    run.wallSeconds = (ContinuousClock.now - start - measuringTime) / .seconds(1)
    return run
  }
}

// MARK: - Files

extension FinishedRun {
  /// The run as a file.
  func fileContents() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    // A gradient without variance has a log-variance of minus infinity.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads what `fileContents` has made; `nil` if the data is something else.
  init?(parsing data: Data) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let run = try? decoder.decode(Self.self, from: data), run.isConsistent else {
      return nil
    }
    self = run
  }
}
