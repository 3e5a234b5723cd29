import Checkpoints
import DiscreteVAE
import ExperimentLogging
import Foundation
import ImageData

/// A run in its folder, from its first step or its last checkpoint to its end.
///
/// The folder holds `config.json`, `metrics.csv`, `checkpoints/latest.safetensors`, from which a run
/// goes on exactly, `checkpoints/best.safetensors` of the best validation bound, and `result.json`
/// once all steps have been taken. A run that was killed at any moment and continued ends with the
/// same bytes in all but `result.json`, which tells the speed.
struct AutoencoderSession {
  let directory: RunDirectory
  var run: AutoencoderRun
  private let metrics: CSVWriter

  /// The checkpoint of a folder that a run goes on from.
  static func latest(in directory: RunDirectory) -> URL {
    directory.checkpoints.appending(path: "latest.safetensors")
  }

  /// The checkpoint of the best validation bound.
  static func best(in directory: RunDirectory) -> URL {
    directory.checkpoints.appending(path: "best.safetensors")
  }

  /// Starts a run in a new folder.
  init(
    starting configuration: AutoencoderConfiguration, data: AutoencoderData,
    in directory: RunDirectory
  ) throws {
    self.directory = directory
    run = try AutoencoderRun(configuration, data: data)
    try AtomicFile.write(configuration.encoded(), to: directory.config)
    metrics = try CSVWriter(creating: directory.metricTable, columns: run.columns)
    try save()
  }

  /// Goes on with the run of a folder, from its last checkpoint.
  init(
    continuing configuration: AutoencoderConfiguration, data: AutoencoderData,
    in directory: RunDirectory
  ) throws {
    self.directory = directory
    run = try AutoencoderRun(configuration, data: data)
    let latest = Self.latest(in: directory)
    guard FileManager.default.fileExists(atPath: latest.path) else {
      // Killed before its first checkpoint.
      try? FileManager.default.removeItem(at: directory.metricTable)
      metrics = try CSVWriter(creating: directory.metricTable, columns: run.columns)
      try save()
      return
    }
    let file = try Safetensors(contentsOf: latest)
    try run.restore(file, from: latest.relativePath)
    guard run.progress.schedule.count == data.train.count,
      file["data.means"].map({ $0.values == data.means }) ?? true
    else {
      throw CheckpointError(
        file: latest.relativePath,
        problem: "was trained on other images than those of \(data.name)",
        fix: "put its images back, or start anew in another folder")
    }
    guard FileManager.default.fileExists(atPath: directory.metricTable.path) else {
      throw CheckpointError(
        file: directory.metricTable.relativePath, problem: "is missing",
        fix: "restore the file or start anew in another folder")
    }
    metrics = try CSVWriter(
      continuing: directory.metricTable, at: run.progress.metricsLength, columns: run.columns)
    // What it says is of fewer steps.
    if !run.isFinished { try? FileManager.default.removeItem(at: directory.result) }
    try AtomicFile.write(configuration.encoded(), to: directory.config)
  }

  /// Trains to the end, or until someone asks the program to stop.
  ///
  /// - Parameters:
  ///   - display: Is told of the progress.
  ///   - isInterrupted: Whether to stop; the state is saved then.
  /// - Returns: What came out, or `nil` after an interruption.
  mutating func train(
    _ display: (AutoencoderRun, _ stepsPerSecond: Double, MetricRow?) -> Void,
    isInterrupted: () -> Bool
  ) throws -> AutoencoderResult? {
    let configuration = run.configuration
    let clock = ContinuousClock()
    let start = clock.now
    var steps = 0
    var lastRow: MetricRow?
    func rate() -> Double { Double(steps) / max((clock.now - start) / .seconds(1), 1e-9) }
    while !run.isFinished {
      if isInterrupted() {
        try save()
        return nil
      }
      try run.step()
      steps += 1
      let step = run.progress.step
      if run.progress.boundCount > 0 {
        let isLast = run.isFinished
        if step.isMultiple(of: configuration.evalEvery) || isLast {
          let (row, validation) = try run.measure()
          try metrics.record(row)
          lastRow = row
          // Whatever has been saved in between, so that equal runs have equal best checkpoints.
          run.progress.metricsLength = metrics.byteCount
          if validation > run.progress.best ?? -.infinity {
            run.progress.best = validation
            try run.checkpoint().write(to: Self.best(in: directory))
          }
        }
        if step.isMultiple(of: configuration.checkpointEvery) || isLast { try save() }
      }
      display(run, rate(), lastRow)
    }
    let speed = steps > 0 ? rate() : nil
    let result = AutoencoderResult(
      of: run, secondsPerStep: speed.map { 1 / $0 } ?? previousSpeed())
    guard result.isFinite else { throw run.divergence }
    try AtomicFile.write(result.encoded(), to: directory.result)
    try metrics.close()
    return result
  }

  /// Writes the state, after the rows that belong to it.
  private mutating func save() throws {
    try metrics.flush()
    run.progress.metricsLength = metrics.byteCount
    try run.checkpoint().write(to: Self.latest(in: directory))
  }

  /// The seconds a step that an earlier session has noted.
  private func previousSpeed() -> Double? {
    guard let data = try? Data(contentsOf: directory.result) else { return nil }
    return (try? JSONDecoder().decode(AutoencoderResult.self, from: data))?.secondsPerStep
  }
}

/// What came out of a run: the bounds of its last model, all parameters at rest.
struct AutoencoderResult: Codable, Sendable, Equatable {
  var steps: Int
  /// Single-sample bounds in nats an image, images drawn once.
  var trainELBO, validationELBO, testELBO: Double
  /// The importance-weighted bound of the test images, and how many samples it has.
  var testImportanceWeighted: Double
  var importanceSamples: Int
  /// The time of a step in the last session, evaluations included.
  var secondsPerStep: Double?

  init(of run: AutoencoderRun, secondsPerStep: Double?, importanceSamples: Int = 100) {
    let model = run.training.model
    var generator = run.evaluationGenerator
    steps = run.progress.step
    trainELBO = model.bounds(of: run.data.fixedTrain.batches(of: 200), using: &generator).elbo
    validationELBO =
      model.bounds(of: run.data.validation.batches(of: 200), using: &generator).elbo
    let test = model.bounds(
      of: run.data.test.batches(of: 200), sampleCount: importanceSamples, using: &generator)
    testELBO = test.elbo
    testImportanceWeighted = test.importanceWeighted
    self.importanceSamples = importanceSamples
    self.secondsPerStep = secondsPerStep
  }

  /// Whether all bounds are numbers.
  var isFinite: Bool {
    [trainELBO, validationELBO, testELBO, testImportanceWeighted].allSatisfy(\.isFinite)
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
