import Checkpoints
import ExperimentLogging
import Foundation
import GradientEstimators
import ReinforcementLearning
import Statistics

/// What a training of a toy problem by several estimators has shown.
struct ToyReport {
  let problem: ToyProblem
  /// The runs of each estimator, none of them empty.
  let runs: [[ToyRun]]
  /// The steps of the records that tables show.
  let shownSteps: [Int]

  /// The steps that tables show if there are so many.
  static let usualSteps = [500, 1000, 2000, 3000, 5000, 10_000]

  /// - Parameters:
  ///   - problem: What was trained on.
  ///   - runs: The runs of each estimator.
  ///   - checkpoints: The steps that were recorded.
  init(problem: ToyProblem, runs: [[ToyRun]], checkpoints: [Int]) {
    self.problem = problem
    self.runs = runs.filter { !$0.isEmpty }
    var shown = checkpoints.filter { Self.usualSteps.contains($0) }
    if let last = checkpoints.last, shown.last != last { shown.append(last) }
    shownSteps = shown
  }

  // MARK: Tables

  /// The tables of a terminal, each with its title.
  var tables: [(title: String, table: TextTable)] {
    var tables = [
      ("E[f(b)]: mean ± standard deviation over seeds", table { Self.meanAndSpread($0, \.loss, 6) })
    ]
    if problem.support == .bernoulli, problem.sampleWidth == 1 {
      tables.append(
        (
          "θ: mean ± standard deviation over seeds",
          table { Self.meanAndSpread($0, \.probability, 3) }
        ))
    }
    tables.append(
      (
        "log-variance of the estimate: median over seeds (interquartile range)",
        table { records in
          let values = records.map(\.logVariance)
          let width = quantile(0.75, of: values) - quantile(0.25, of: values)
          let middle = Format.fixed(median(values), decimals: 2)
          return width.isFinite ? "\(middle) (\(Format.fixed(width, decimals: 2)))" : middle
        }
      ))
    tables.append(("cost of a step", costs))
    return tables
  }

  private func table(_ cell: ([ToyRun.Record]) -> String) -> TextTable {
    var table = TextTable(
      [.init("estimator")] + shownSteps.map { .init("step \($0)", .trailing) })
    for runs in runs {
      table.addRow(
        [runs[0].estimator]
          + shownSteps.map { step in cell(runs.compactMap { $0.record(atStep: step) }) })
    }
    return table
  }

  private static func meanAndSpread(
    _ records: [ToyRun.Record], _ value: (ToyRun.Record) -> Double, _ decimals: Int
  ) -> String {
    let values = records.map(value)
    let center = Format.fixed(mean(values), decimals: decimals)
    guard values.count > 1 else { return center }
    return "\(center)±\(Format.fixed(sampleVariance(values).squareRoot(), decimals: decimals))"
  }

  private var costs: TextTable {
    var table = TextTable([
      .init("estimator"), .init("evaluations of f", .trailing), .init("time", .trailing),
    ])
    for runs in runs {
      table.addRow([
        runs[0].estimator, runs[0].evaluationText,
        "\(Format.fixed(microseconds(runs), decimals: 1)) µs",
      ])
    }
    return table
  }

  private func microseconds(_ runs: [ToyRun]) -> Double {
    mean(runs.map { $0.timePerStep / .microseconds(1) })
  }

  // MARK: Files

  /// Writes `toy.csv`, a row for each record of each run, `costs.csv` and `figure.svg`.
  func write(to folder: URL) throws {
    try AtomicFile.write(Data(recordsCSV.utf8), to: folder.appending(path: "toy.csv"))
    try AtomicFile.write(Data(costsCSV.utf8), to: folder.appending(path: "costs.csv"))
    try figure.write(to: folder.appending(path: "figure.svg"))
  }

  var recordsCSV: String {
    var lines = ["estimator,seed,step,loss,log_variance"]
    for run in runs.joined() {
      for record in run.records {
        lines.append(
          "\(run.estimator),\(run.seed),\(record.step),\(record.loss),\(record.logVariance)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var costsCSV: String {
    let lines = runs.map { "\($0[0].estimator),\($0[0].evaluationText),\(microseconds($0))" }
    return "estimator,evaluations,microseconds_per_step\n" + lines.joined(separator: "\n") + "\n"
  }
}

extension ToyRun {
  /// The record of that step, if there is one.
  func record(atStep step: Int) -> Record? { records.first { $0.step == step } }

  /// How often a step evaluates f.
  var evaluationText: String {
    EstimatorRegistry.estimator(named: estimator)?.traits.evaluationCount.map { "\($0)" } ?? "–"
  }
}

extension ToyRun.Record {
  /// σ of the first parameter.
  var probability: Double { 1 / (1 + exp(-Double(parameters[0]))) }
}
