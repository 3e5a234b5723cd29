import Checkpoints
import ExperimentLogging
import Foundation
import Parallelism
import Synchronization

/// Runs of several models and estimators with the same seeds, each in a folder of its own.
struct AutoencoderComparison: Sendable {
  /// The settings of each run, seeds fastest.
  let configurations: [AutoencoderConfiguration]
  /// The folder that holds the folder `runs` and the results.
  let folder: URL

  /// A run that has been finished.
  struct FinishedRun: Sendable {
    let configuration: AutoencoderConfiguration
    let result: AutoencoderResult
    /// The rows of metrics.csv: the columns of numbers by their names, empty where not measured.
    let metrics: [String: [Double?]]

    /// What stands in a column and a row of metrics.csv; `nil` if nothing does.
    func metric(_ column: String, row: Int) -> Double? {
      guard let values = metrics[column], values.indices.contains(row) else { return nil }
      return values[row]
    }
  }

  /// The folder of a run.
  func directory(of configuration: AutoencoderConfiguration) -> URL {
    let name =
      "\(configuration.model.rawValue)-\(configuration.estimator)-\(configuration.seed)"
    return folder.appending(path: "runs/\(name)", directoryHint: .isDirectory)
  }

  /// Makes, continues or reads all runs.
  ///
  /// - Parameters:
  ///   - jobs: How many runs at once.
  ///   - isInterrupted: Whether to stop; what is running is saved then.
  /// - Returns: The runs in the order of the configurations, or `nil` after an interruption.
  func run(
    jobs: Int, isInterrupted: @escaping @Sendable () -> Bool,
    report: @escaping @Sendable (String) -> Void
  ) throws -> [FinishedRun]? {
    // Every folder is looked at before the first step is taken.
    for configuration in configurations { _ = try isFinished(configuration) }
    let finished = Mutex([Int: FinishedRun]())
    try WorkerPool.run(
      tasks: configurations.count, threads: jobs,
      task: { index, pool in
        let configuration = configurations[index]
        let start = ContinuousClock.now
        if try !isFinished(configuration) {
          guard try train(configuration, isInterrupted: { isInterrupted() || pool.isStopped })
          else {
            return
          }
          let time = Format.duration(ContinuousClock.now - start)
          report(
            "\(configuration.model.rawValue), \(configuration.estimator), seed "
              + "\(configuration.seed): done in \(time)")
        }
        let run = try read(configuration)
        finished.withLock { $0[index] = run }
      }, watch: { !isInterrupted() })
    let runs = finished.withLock { finished in configurations.indices.compactMap { finished[$0] } }
    return runs.count == configurations.count ? runs : nil
  }

  /// Whether the folder of a run holds its result.
  private func isFinished(_ configuration: AutoencoderConfiguration) throws -> Bool {
    let url = directory(of: configuration)
    guard FileManager.default.fileExists(atPath: url.appending(path: "config.json").path) else {
      return false
    }
    let directory = try RunDirectory(opening: url)
    guard try SavedAutoencoder.configuration(in: directory) == configuration else {
      throw UsageError(
        "\(directory.path) holds a run with other settings; give the same ones, or choose another "
          + "--run-dir.")
    }
    return FileManager.default.fileExists(atPath: directory.result.path)
  }

  private func train(
    _ configuration: AutoencoderConfiguration, isInterrupted: () -> Bool
  ) throws -> Bool {
    let url = directory(of: configuration)
    let data = try AutoencoderData(configuration.data, binarization: configuration.binarize)
    let exists = FileManager.default.fileExists(atPath: url.appending(path: "config.json").path)
    var session =
      exists
      ? try AutoencoderSession(
        continuing: configuration, data: data, in: RunDirectory(opening: url))
      : try AutoencoderSession(
        starting: configuration, data: data, in: RunDirectory.create(at: url))
    return try session.train({ _, _, _ in }, isInterrupted: isInterrupted) != nil
  }

  private func read(_ configuration: AutoencoderConfiguration) throws -> FinishedRun {
    let directory = try RunDirectory(opening: directory(of: configuration))
    let damage = CommandFailure(
      "\(directory.path) cannot be read; delete that run and start the comparison again.")
    guard
      let result = try? JSONDecoder().decode(
        AutoencoderResult.self, from: Data(contentsOf: directory.result)),
      let text = try? String(contentsOf: directory.metricTable, encoding: .utf8)
    else {
      throw damage
    }
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    var metrics: [String: [Double?]] = [:]
    for (column, name) in (lines.first ?? []).enumerated() {
      metrics[String(name)] = lines.dropFirst().map { line in
        line.indices.contains(column) ? Double(line[column]) : nil
      }
    }
    guard let bounds = metrics["validation_elbo"], !bounds.isEmpty, metrics["step"] != nil else {
      throw damage
    }
    return FinishedRun(configuration: configuration, result: result, metrics: metrics)
  }
}
