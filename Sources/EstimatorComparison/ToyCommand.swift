import ArgumentParser
import Checkpoints
import ExperimentLogging
import Foundation
import GradientEstimators

/// Trains θ of a toy problem by several estimators.
struct ToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toy",
    abstract: "Train a toy problem by several estimators over many seeds, and compare them.",
    discussion: """
      Writes toy.csv, costs.csv and figure.svg to a folder: the loss and the log-variance during the \
      training, and for one Bernoulli the control variates that were learned.
      """)

  @OptionGroup var problem: ProblemOptions

  @OptionGroup var options: EstimatorOptions

  @Option(help: "Steps of θ, one sample each.")
  var steps = 10_000

  @Option(help: "How many seeds.")
  var seeds = 32

  @Option(help: "The first of the seeds.")
  var firstSeed: UInt64 = 0

  @Option(help: "The step size of θ (Adam).")
  var learningRate = 0.01

  @Option(help: "The folder of the results (default: runs/toy-… with a free number).")
  var output: String?

  mutating func validate() throws {
    guard (1...100_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps); it must be from 1 to 100000000.")
    }
    guard (1...10_000).contains(seeds), firstSeed <= UInt64.max - 10_000 else {
      throw ValidationError("--seeds is \(seeds) from \(firstSeed); take 1 to 10000 of them.")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is \(learningRate); it must be positive.")
    }
    _ = try options.types(for: problem.toyProblem)
  }

  func run() throws {
    noteDebugBuild()
    let toy = problem.toyProblem
    var training = ToyTraining(problem: toy, steps: steps)
    training.seeds = firstSeed..<firstSeed + UInt64(seeds)
    training.learningRate = Float(learningRate)
    training.adaptationRate = Float(options.cvLearningRate)
    if let hidden = options.hidden { training.hiddenSizes = [hidden] }
    let types = try options.types(for: toy)
    // The folder first: a name that cannot be used should not cost a training.
    let folder =
      if let output { try ResultFolder.create(at: URL(filePath: output)) } else {
        try ResultFolder.create(named: "toy-\(toy.name)", in: URL(filePath: "runs"))
      }
    let clock = ContinuousClock()
    let start = clock.now
    let report = ToyReport(
      problem: toy, runs: try training.run(types, jobs: options.jobs),
      checkpoints: training.recordedSteps)
    let time = clock.now - start
    print("f(b) = \(toy.formula), \(steps) steps, \(seeds) seeds from \(firstSeed)")
    for (title, table) in report.tables { print("\n\(title)\n\(table)") }
    try report.write(to: folder)
    print("\n\(Format.duration(time)). The results are in \(folder.relativePath).")
  }
}
