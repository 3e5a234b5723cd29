import Checkpoints
import ExperimentLogging
import ReinforcementLearning

/// The tables that a run grows: `episodes.csv`, a row for each episode, and `metrics.jsonl`, a line
/// for each measurement, where there are any.
///
/// Nothing in them depends on the clock: equal runs write equal bytes.
final class RunLog {
  private let directory: RunDirectory
  private let episodes: CSVWriter
  private var metrics: JSONLinesWriter?
  private var lastFlush = ContinuousClock.now

  /// Starts the tables in the folder of a new run.
  init(in directory: RunDirectory) throws(LoggingError) {
    self.directory = directory
    episodes = try CSVWriter(
      creating: directory.episodes,
      columns: [
        "episode", "step", "return", "length", "entropy", "gradient_norm",
        "control_variate_loss", "log_variance",
      ])
  }

  /// Adds an episode's row.
  ///
  /// - Parameters:
  ///   - record: What happened.
  ///   - variance: The gradient's variance after it, where that was measured.
  func add(
    _ record: EpisodeRecord, variance: GradientVariance.Summary?
  ) throws(LoggingError) {
    try episodes.record([
      "episode": .integer(record.episode), "step": .integer(record.totalSteps),
      "return": .double(record.episodeReturn), "length": .integer(record.length),
      "entropy": MetricValue(record.update?.entropy),
      "gradient_norm": MetricValue(record.update?.gradientNorm),
      "control_variate_loss": MetricValue(record.update?.controlVariateLoss),
      "log_variance": MetricValue(variance?.logTrace),
    ])
    // Whoever follows the run wants to see it go on; whoever waits for it wants it fast.
    let now = ContinuousClock.now
    if now - lastFlush > .seconds(1) {
      lastFlush = now
      try episodes.flush()
      try metrics?.flush()
    }
  }

  /// Adds a measurement of the gradient's variance.
  func add(
    _ variance: GradientVariance.Summary, after record: EpisodeRecord
  ) throws(LoggingError) {
    try addMetrics([
      "kind": "variance", "episode": .integer(record.episode), "step": .integer(record.totalSteps),
      "log_trace": .double(variance.logTrace),
      "log_trace_standard_error": .double(variance.logTraceStandardError),
      "mean_log_variance": .double(variance.meanLogVariance),
      "constant_coordinates": .integer(variance.constantCoordinates),
      "estimates": .integer(variance.estimates),
    ])
  }

  /// Adds an evaluation.
  func add(_ report: EvaluationReport, after record: EpisodeRecord) throws(LoggingError) {
    try addMetrics([
      "kind": "evaluation", "episode": .integer(record.episode),
      "step": .integer(record.totalSteps),
      "sampled_mean_return": .double(report.sampled.meanReturn),
      "sampled_standard_error": .double(report.sampled.standardError),
      "greedy_mean_return": .double(report.greedy.meanReturn),
      "greedy_standard_error": .double(report.greedy.standardError),
      "episodes": .integer(report.sampled.returns.count),
    ])
  }

  private func addMetrics(_ row: MetricRow) throws(LoggingError) {
    let writer =
      if let metrics { metrics } else { try JSONLinesWriter(creating: directory.metrics) }
    metrics = writer
    try writer.record(row)
  }

  /// Ends both files.
  func close() throws(LoggingError) {
    try episodes.close()
    try metrics?.close()
  }
}
