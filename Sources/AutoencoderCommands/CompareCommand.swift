import ArgumentParser
import Checkpoints
import DiscreteVAE
import ExperimentLogging
import Foundation
import Parallelism

/// Trains several models by several estimators with the same seeds and compares them.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Train several models by several estimators with the same seeds and compare them.",
    discussion: """
      Each run is the one that `train` makes with the same settings. The folder holds the tables \
      (summary.md, summary.csv), the curves (curves.csv, figure.svg, figure.png) and the runs; the \
      same command with the same --run-dir goes on where it was interrupted or killed.
      """)

  @OptionGroup var options: AutoencoderOptions

  @Option(help: "Models, with commas between them (default: that of --model).")
  var models: String?

  @Option(help: "Estimators, with commas between them.")
  var estimators = "rebar,relaxed-rebar,rloo,disarm,muprop,nvil,running-mean"

  @Option(help: "How many seeds, from --seed on.")
  var seeds = 1

  @Option(help: "Runs at once (default: the number of processors).")
  var jobs: Int?

  @Option(help: "The comparison's folder, new or begun (default: runs/vae-comparison).")
  var runDir = "runs/vae-comparison"

  @Flag(help: "Print nothing but the folder.")
  var quiet = false

  func run() throws {
    let configurations = try configurations()
    if let jobs, !(1...256).contains(jobs) {
      throw UsageError("--jobs is \(jobs); it must be from 1 to 256.")
    }
    if !quiet { noteDebugBuild("trains") }
    // Missing images should not be found by a thread.
    _ = try AutoencoderRun(
      configurations[0],
      data: AutoencoderData(
        configurations[0].data, binarization: configurations[0].binarize))
    let folder = URL(filePath: runDir, directoryHint: .isDirectory)
    let comparison = AutoencoderComparison(configurations: configurations, folder: folder)
    let isQuiet = quiet
    let runs = try comparison.run(
      jobs: jobs ?? processorCount, isInterrupted: { InterruptHandler.isInterrupted },
      report: { line in if !isQuiet { note(line) } })
    guard let runs else {
      if !quiet { print("Interrupted; the same command goes on.") }
      throw ExitCode(InterruptHandler.exitCode ?? 130)
    }
    let report = AutoencoderReport(runs)
    try report.write(to: folder)
    if !quiet { print("\(report.trainingBounds)\n\n\(report.table)\n") }
    print(quiet ? folder.relativePath : "The comparison is in \(folder.relativePath).")
  }

  private func configurations() throws -> [AutoencoderConfiguration] {
    guard (1...10_000).contains(seeds) else {
      throw UsageError("--seeds is \(seeds); it must be from 1 to 10000.")
    }
    if options.estimator != nil {
      throw UsageError("A comparison has several estimators; name them with --estimators.")
    }
    let base = try options.configuration()
    guard base.seed <= UInt64.max - UInt64(seeds) else {
      throw UsageError(
        "--seed is \(base.seed), which leaves no \(seeds) seeds; take a smaller one.")
    }
    var configurations: [AutoencoderConfiguration] = []
    for model in models?.split(separator: ",").map(String.init) ?? [base.model.rawValue] {
      for estimator in estimators.split(separator: ",").map(String.init) {
        for seed in 0..<UInt64(seeds) {
          var variant = options
          variant.model = model
          variant.estimator = estimator
          variant.seed = base.seed + seed
          let configuration = try variant.configuration()
          guard !configurations.contains(configuration) else {
            throw UsageError("\(estimator) on \(model) is named twice; once is enough.")
          }
          configurations.append(configuration)
        }
      }
    }
    guard !configurations.isEmpty else {
      throw UsageError("There is nothing to compare; name --models and --estimators.")
    }
    return configurations
  }
}
