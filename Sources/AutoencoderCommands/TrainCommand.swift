import ArgumentParser
import Checkpoints
import ExperimentLogging
import Foundation

/// Trains a model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an autoencoder with discrete latents.",
    discussion: """
      The run's folder holds config.json, metrics.csv, the last and the best checkpoint, and \
      result.json with the bounds of the trained model. A run that was interrupted or killed goes on \
      with --run-dir FOLDER --resume and ends with the same bytes as one that was not.
      """)

  @OptionGroup var options: AutoencoderOptions

  @Option(
    help: "The run's folder (default: runs/MODEL-ESTIMATOR-SEED with a free number).",
    completion: .directory)
  var runDir: String?

  @Flag(help: "Go on with the run in --run-dir, or start it if there is none.")
  var resume = false

  @Flag(help: "Print nothing but the folder.")
  var quiet = false

  func run() throws {
    if !quiet { noteDebugBuild("trains") }
    var session = try makeSession()
    let directory = session.directory
    if session.run.isFinished && session.run.configuration.steps > 0 && !quiet {
      print("All \(session.run.configuration.steps) steps were taken before.")
    }
    let progress = ProgressLine("step", total: session.run.configuration.steps, quiet: quiet)
    let result = try session.train(
      { run, rate, row in
        progress.update(done: run.progress.step, Self.fields(run, rate, row))
      }, isInterrupted: { InterruptHandler.isInterrupted })
    progress.finish()
    guard let result else {
      if !quiet {
        print(
          "Interrupted after \(session.run.progress.step) steps; go on with --run-dir "
            + "\(directory.path) --resume.")
      }
      throw ExitCode(InterruptHandler.exitCode ?? 130)
    }
    if !quiet { print(result.text) }
    print(quiet ? directory.path : "The run is in \(directory.path).")
  }

  private func makeSession() throws -> AutoencoderSession {
    if resume {
      guard let runDir else {
        throw UsageError("--resume needs the folder of the run; name it with --run-dir.")
      }
      let url = URL(filePath: runDir, directoryHint: .isDirectory)
      let config = url.appending(path: "config.json")
      if FileManager.default.fileExists(atPath: config.path) {
        let directory = try RunDirectory(opening: url)
        let saved = try SavedAutoencoder.configuration(in: directory)
        let wanted = try options.overriding(saved)
        var comparable = wanted
        comparable.steps = saved.steps
        guard comparable == saved, wanted.steps >= saved.steps else {
          throw UsageError(
            "\(directory.path) holds a run with other settings; leave the flags out to go on with "
              + "it (only --steps may grow), or choose another --run-dir.")
        }
        return try AutoencoderSession(
          continuing: wanted,
          data: AutoencoderData(wanted.data, binarization: wanted.binarize), in: directory)
      }
    }
    let configuration = try options.configuration()
    let data = try AutoencoderData(configuration.data, binarization: configuration.binarize)
    // The batch must fit the data; found before a folder is made.
    _ = try AutoencoderRun(configuration, data: data)
    let directory: RunDirectory =
      if let runDir {
        try .create(at: URL(filePath: runDir, directoryHint: .isDirectory))
      } else {
        try .create(
          named: "\(configuration.model.rawValue)-\(configuration.estimator)-\(configuration.seed)",
          in: URL(filePath: "runs", directoryHint: .isDirectory))
      }
    return try AutoencoderSession(starting: configuration, data: data, in: directory)
  }

  private static func fields(
    _ run: AutoencoderRun, _ rate: Double, _ row: MetricRow?
  ) -> [(label: String, value: String)] {
    var fields = [("speed", Format.rate(rate, "steps"))]
    if run.progress.boundCount > 0 {
      let bound = run.progress.boundSum / Double(run.progress.boundCount)
      fields.insert(("ELBO", Format.fixed(bound, decimals: 2)), at: 0)
    }
    if case .double(let value)? = row?["validation_elbo"] {
      fields.append(("validation", Format.fixed(value, decimals: 2)))
    }
    if case .double(let value)? = row?["encoder_log_variance"] {
      fields.append(("log-variance", Format.fixed(value, decimals: 2)))
    }
    return fields
  }
}

extension AutoencoderResult {
  /// The result as a person reads it.
  var text: String {
    """
    ELBO, nats an image: training \(Format.fixed(trainELBO, decimals: 2)), validation \
    \(Format.fixed(validationELBO, decimals: 2)), test \(Format.fixed(testELBO, decimals: 2))
    Importance-weighted bound of the test images, \(importanceSamples) samples: \
    \(Format.fixed(testImportanceWeighted, decimals: 2))
    """
  }
}
