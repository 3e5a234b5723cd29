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

  @Option(help: "Names with commas between them, or all that suit the problem.")
  var estimators = EstimatorSelection(argument: "all")

  @Option(help: "Steps of θ, one sample each.")
  var steps = 10_000

  @Option(help: "How many seeds.")
  var seeds = 32

  @Option(help: "The first of the seeds.")
  var firstSeed: UInt64 = 0

  @Option(help: "The step size of θ (Adam).")
  var learningRate = 0.01

  @Option(help: "The step size of the estimators' own parameters (Adam).")
  var cvLearningRate = 0.01

  @Option(
    help: "The width of the hidden layer of control variates (default: 10 for one variable, 64).")
  var hidden: Int?

  @Option(help: "How many threads; as many as there are cores without it.")
  var jobs: Int?

  @Option(help: "The folder of the results (default: runs/toy-… with a free number).")
  var output: String?

  mutating func validate() throws {
    guard (1...100_000_000).contains(steps) else {
      throw ValidationError("--steps is \(steps); it must be from 1 to 100000000.")
    }
    guard (1...10_000).contains(seeds), firstSeed <= UInt64.max - 10_000 else {
      throw ValidationError("--seeds is \(seeds) from \(firstSeed); take 1 to 10000 of them.")
    }
    guard learningRate > 0, learningRate.isFinite, cvLearningRate > 0, cvLearningRate.isFinite
    else {
      throw ValidationError(
        "The step sizes are \(learningRate) and \(cvLearningRate); they must be positive numbers.")
    }
    if let hidden, !(1...4096).contains(hidden) {
      throw ValidationError("--hidden is \(hidden); it must be from 1 to 4096.")
    }
    if let jobs, jobs < 1 {
      throw ValidationError("--jobs is \(jobs); it must be 1 or more.")
    }
    _ = try estimators.types(for: problem.toyProblem.support)
  }

  func run() throws {
    noteDebugBuild()
    let toy = problem.toyProblem
    var training = ToyTraining(problem: toy, steps: steps)
    training.seeds = firstSeed..<firstSeed + UInt64(seeds)
    training.learningRate = Float(learningRate)
    training.adaptationRate = Float(cvLearningRate)
    if let hidden { training.hiddenSizes = [hidden] }
    let types = try estimators.types(for: toy.support)
    // The folder first: a name that cannot be used should not cost a training.
    let folder =
      if let output { try ResultFolder.create(at: URL(filePath: output)) } else {
        try ResultFolder.create(named: "toy-\(toy.name)", in: URL(filePath: "runs"))
      }
    let clock = ContinuousClock()
    let start = clock.now
    let report = ToyReport(
      problem: toy, runs: try training.run(types, jobs: jobs), checkpoints: training.recordedSteps)
    let time = clock.now - start
    print("f(b) = \(toy.formula), \(steps) steps, \(seeds) seeds from \(firstSeed)")
    for (title, table) in report.tables { print("\n\(title)\n\(table)") }
    try report.write(to: folder)
    print("\n\(Format.duration(time)). The results are in \(folder.relativePath).")
  }
}
