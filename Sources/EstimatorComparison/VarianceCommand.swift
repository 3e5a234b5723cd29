import ArgumentParser
import ExperimentLogging
import Foundation
import GradientEstimators
import ReinforcementLearning
import Statistics

/// Measures the variances of estimators at the same parameters.
struct VarianceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variance",
    abstract: "Measure the variances of estimators at the same parameters, and what they cost.",
    discussion: """
      θ is frozen after some steps along the exact gradient. Every estimator's own parameters are \
      trained there on its variance before it is measured, with a step size that falls to zero.
      """)

  @OptionGroup var problem: ProblemOptions

  @OptionGroup var options: EstimatorOptions

  @Option(
    parsing: .upToNextOption,
    help: "Where θ is taken: after how many steps along the exact gradient.")
  var exactSteps = [0, 100, 400]

  @Option(help: "Training steps of the estimators' own parameters, 16 samples each.")
  var adaptationSteps = 3000

  @Option(help: "From how many estimates a variance is taken.")
  var samples = 100_000

  @Option(help: "How many seeds.")
  var seeds = 3

  mutating func validate() throws {
    guard !exactSteps.isEmpty, exactSteps.allSatisfy({ (0...1_000_000).contains($0) }),
      Set(exactSteps).count == exactSteps.count
    else {
      throw ValidationError(
        "--exact-steps is \(exactSteps); give different numbers from 0 to 1000000.")
    }
    guard adaptationSteps >= 0, samples > 1, (1...10_000).contains(seeds) else {
      throw ValidationError(
        "--adaptation-steps \(adaptationSteps), --samples \(samples) and --seeds \(seeds) must be "
          + "at least 0, 2 and 1.")
    }
    _ = try options.types(for: problem.toyProblem)
  }

  func run() throws {
    noteDebugBuild()
    let toy = problem.toyProblem
    var measurement = VarianceMeasurement(problem: toy)
    measurement.exactSteps = exactSteps
    measurement.adaptationSteps = adaptationSteps
    measurement.adaptationRate = options.cvLearningRate
    if let hidden = options.hidden { measurement.hiddenSizes = [hidden] }
    measurement.samples = samples
    measurement.seeds = 0..<UInt64(seeds)
    let entries = try measurement.run(options.types(for: toy), jobs: options.jobs)
    print("f(b) = \(toy.formula), \(toy.sampleWidth) columns, \(seeds) seeds")
    print("\n\(Self.table(entries, exactSteps: exactSteps))")
    for steps in exactSteps {
      print("\n\(Self.ranking(entries.filter { $0.exactSteps == steps }, exactSteps: steps))")
    }
  }

  /// A row for each estimator, a column for each θ.
  static func table(_ entries: [VarianceMeasurement.Entry], exactSteps: [Int]) -> TextTable {
    var table = TextTable(
      [.init("log-variance")] + exactSteps.map { .init("θ after \($0)", .trailing) } + [
        .init("evaluations of f", .trailing), .init("estimate", .trailing),
        .init("with a step of φ", .trailing),
      ])
    for first in entries.filter({ $0.exactSteps == exactSteps.first }) {
      let row = exactSteps.map { steps in
        entries.first { $0.exactSteps == steps && $0.estimator == first.estimator }
          .map(text) ?? "–"
      }
      table.addRow(
        [first.estimator] + row + [
          "\(first.evaluationCount)",
          "\(Format.fixed(first.estimateTime / .microseconds(1), decimals: 1)) µs",
          "\(Format.fixed(first.adaptingTime / .microseconds(1), decimals: 1)) µs",
        ])
    }
    return table
  }

  private static func text(_ entry: VarianceMeasurement.Entry) -> String {
    let values = entry.logVariances
    let center = Format.fixed(mean(values), decimals: 2)
    guard values.count > 1 else { return center }
    let spread = sampleVariance(values).squareRoot()
    return spread.isFinite ? "\(center)±\(Format.fixed(spread, decimals: 2))" : center
  }

  /// The unbiased estimators by variance times evaluations of f, the best first.
  static func ranking(_ entries: [VarianceMeasurement.Entry], exactSteps: Int) -> String {
    let unbiased = entries.filter {
      EstimatorRegistry.estimator(named: $0.estimator)?.traits.isUnbiased == true
    }
    let scores = unbiased.map { entry in
      (entry.estimator, mean(entry.logVariances) + log(Double(entry.evaluationCount)))
    }
    let order = scores.sorted { $0.1 < $1.1 }
      .map { "\($0.0) \(Format.fixed($0.1, decimals: 2))" }
    return "log(variance × evaluations) of the unbiased ones at θ after \(exactSteps) steps: "
      + order.joined(separator: ", ")
  }
}
