import ExperimentLogging
import ReinforcementLearning

/// Shows how far a run is, and keeps the time of training apart from that of measurements.
final class RunProgress {
  private let line: ProgressLine
  private let countsSteps: Bool
  private let start = ContinuousClock.now
  private var logVariance: Double?
  /// The time that measurements have taken.
  private(set) var pausedTime = Duration.zero

  init(_ configuration: RunConfiguration, isQuiet: Bool) {
    countsSteps = configuration.steps != nil
    line = ProgressLine(
      countsSteps ? "step" : "episode", total: configuration.steps ?? configuration.episodes,
      quiet: isQuiet)
  }

  /// The time since the start.
  var elapsed: Duration { ContinuousClock.now - start }

  /// Runs a measurement, whose time is no time of training.
  func pausing<Result>(_ measure: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { pausedTime += ContinuousClock.now - start }
    return try measure()
  }

  /// Shows the state after an episode, if it is time to.
  func show(_ record: EpisodeRecord, variance: GradientVariance.Summary?) {
    logVariance = variance?.logTrace ?? logVariance
    line.update(done: countsSteps ? record.totalSteps : record.episode, fields(record))
  }

  /// Takes the line off the terminal.
  func finish() { line.finish() }

  private func fields(_ record: EpisodeRecord) -> [(label: String, value: String)] {
    let rate = Double(record.totalSteps) / ((elapsed - pausedTime) / .seconds(1))
    var fields = countsSteps ? [("episode", "\(record.episode)")] : []
    fields.append(("return", Format.fixed(record.recentMeanReturn, decimals: 1)))
    if let logVariance {
      fields.append(("log-variance", Format.fixed(logVariance, decimals: 2)))
    }
    fields.append(("at", Format.rate(rate, "steps")))
    return fields
  }
}
