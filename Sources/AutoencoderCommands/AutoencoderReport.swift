import Checkpoints
import DiscreteVAE
import ExperimentLogging
import Foundation
import Rendering
import Statistics

/// The tables and curves of a comparison.
struct AutoencoderReport {
  /// The runs of one model and one estimator, a seed each.
  struct Group {
    let model: ModelArchitecture
    let estimator: String
    let runs: [AutoencoderComparison.FinishedRun]
  }

  let groups: [Group]

  init(_ runs: [AutoencoderComparison.FinishedRun]) {
    var groups: [Group] = []
    for run in runs {
      let (model, estimator) = (run.configuration.model, run.configuration.estimator)
      guard !groups.contains(where: { $0.model == model && $0.estimator == estimator }) else {
        continue
      }
      groups.append(
        Group(
          model: model, estimator: estimator,
          runs: runs.filter {
            $0.configuration.model == model && $0.configuration.estimator == estimator
          }))
    }
    self.groups = groups
  }

  // MARK: Tables

  /// All results, a row for each model and estimator.
  var table: TextTable {
    var table = TextTable([
      .init("model"), .init("estimator"), .init("seeds", .trailing), .init("steps", .trailing),
      .init("training ELBO", .trailing), .init("validation ELBO", .trailing),
      .init("test ELBO", .trailing), .init("test bound, 100 samples", .trailing),
      .init("log-variance", .trailing), .init("ms/step", .trailing),
    ])
    for group in groups {
      let results = group.runs.map(\.result)
      table.addRow([
        group.model.rawValue, group.estimator, "\(group.runs.count)", "\(results[0].steps)",
        spread(results.map(\.trainELBO)), spread(results.map(\.validationELBO)),
        spread(results.map(\.testELBO)), spread(results.map(\.testImportanceWeighted)),
        spread(group.runs.compactMap { $0.metrics["encoder_log_variance"]?.last ?? nil }),
        spread(results.compactMap { $0.secondsPerStep.map { 1000 * $0 } }),
      ])
    }
    return table
  }

  /// The training bounds as the paper lays them out: a row for each model, a column for each
  /// estimator.
  var trainingBounds: TextTable {
    var estimators: [String] = []
    var models: [ModelArchitecture] = []
    for group in groups {
      if !estimators.contains(group.estimator) { estimators.append(group.estimator) }
      if !models.contains(group.model) { models.append(group.model) }
    }
    var table = TextTable([.init("training ELBO")] + estimators.map { .init($0, .trailing) })
    for model in models {
      table.addRow(
        [model.rawValue]
          + estimators.map { estimator in
            let group = groups.first { $0.model == model && $0.estimator == estimator }
            return group.map { spread($0.runs.map(\.result.trainELBO)) } ?? ""
          })
    }
    return table
  }

  /// The curves of all runs, a row for each row of their metrics.csv.
  var curves: CSVTable {
    let columns = ["step", "epoch", "batch_elbo", "validation_elbo", "encoder_log_variance"]
    var table = CSVTable(columns: ["model", "estimator", "seed"] + columns)
    for run in groups.flatMap(\.runs) {
      for row in (run.metrics["step"] ?? []).indices {
        table.addRow(
          [
            .text(run.configuration.model.rawValue), .text(run.configuration.estimator),
            .text("\(run.configuration.seed)"),
          ]
            + columns.map { MetricValue(run.metric($0, row: row)) })
      }
    }
    return table
  }

  // MARK: Figure

  /// For each model the validation bound and the log-variance over the steps: the mean over the seeds,
  /// and its range.
  var figure: Figure {
    var panels: [Chart] = []
    for model in ModelArchitecture.allCases {
      let groups = groups.filter { $0.model == model }
      if groups.isEmpty { continue }
      for (title, column) in [
        ("validation ELBO", "validation_elbo"), ("log-variance, encoder", "encoder_log_variance"),
      ] {
        let series = groups.map { Self.series($0, column: column) }.filter { !$0.x.isEmpty }
        if series.isEmpty { continue }
        panels.append(
          Chart(
            title: model.rawValue, xLabel: "step", yLabel: title, series: series,
            yRange: column == "validation_elbo" ? Self.range(series) : nil))
      }
    }
    return Figure(panels: panels, columns: min(2, panels.count))
  }

  private static func series(_ group: Group, column: String) -> Series {
    var (x, mean, low, high): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for row in (group.runs[0].metrics["step"] ?? []).indices {
      let values = group.runs.compactMap { $0.metric(column, row: row) }
      guard values.count == group.runs.count, let step = group.runs[0].metric("step", row: row),
        let least = values.min(), let most = values.max()
      else { continue }
      x.append(step)
      mean.append(Statistics.mean(values))
      low.append(least)
      high.append(most)
    }
    return Series(
      name: group.estimator, x: x, y: mean,
      band: group.runs.count > 1 ? .init(low: low, high: high) : nil)
  }

  /// What the curves span from a fifth of the steps on: before, they fall from afar.
  private static func range(_ series: [Series]) -> ClosedRange<Double>? {
    let last = series.compactMap { $0.x.last }.max() ?? 0
    let values = series.flatMap { line in
      zip(line.x, line.y).filter { $0.0 >= last / 5 && $0.1.isFinite }.map(\.1)
    }
    guard let least = values.min(), let most = values.max(), least < most else { return nil }
    let margin = (most - least) / 20
    return (least - margin)...(most + margin)
  }

  // MARK: Files

  /// Writes summary.md, summary.csv, curves.csv, figure.svg and figure.png.
  func write(to folder: URL) throws {
    try AtomicFile.write(
      Data("\(trainingBounds.markdown)\n\n\(table.markdown)\n".utf8),
      to: folder.appending(path: "summary.md"))
    var csv = CSVTable(columns: [
      "model", "estimator", "seed", "steps", "train_elbo", "validation_elbo", "test_elbo",
      "test_importance_weighted", "encoder_log_variance", "seconds_per_step",
    ])
    for run in groups.flatMap(\.runs) {
      csv.addRow([
        .text(run.configuration.model.rawValue), .text(run.configuration.estimator),
        .text("\(run.configuration.seed)"), .integer(run.result.steps),
        .double(run.result.trainELBO), .double(run.result.validationELBO),
        .double(run.result.testELBO), .double(run.result.testImportanceWeighted),
        MetricValue(run.metrics["encoder_log_variance"]?.last ?? nil),
        MetricValue(run.result.secondsPerStep),
      ])
    }
    try AtomicFile.write(csv.fileContents, to: folder.appending(path: "summary.csv"))
    try AtomicFile.write(curves.fileContents, to: folder.appending(path: "curves.csv"))
    try figure.write(to: folder.appending(path: "figure.svg"))
    try figure.write(to: folder.appending(path: "figure.png"))
  }
}

/// The mean and, of several, the standard error.
private func spread(_ values: [Double]) -> String {
  guard !values.isEmpty else { return "" }
  let text = Format.fixed(mean(values), decimals: 2)
  guard values.count > 1 else { return text }
  return "\(text) ± \(Format.fixed(standardError(values), decimals: 2))"
}
