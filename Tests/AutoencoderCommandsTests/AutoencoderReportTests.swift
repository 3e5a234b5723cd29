import DiscreteVAE
import ExperimentLogging
import Foundation
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderReportTests {
  /// A finished run whose bounds are `bound`, `bound` - 1, …, and whose curve is `curve`.
  private func run(
    _ model: ModelArchitecture, _ estimator: String, _ seed: UInt64, bound: Double,
    curve: [Double] = [-30, -20], variance: [Double?]? = nil, seconds: Double? = 0.002
  ) throws -> AutoencoderComparison.FinishedRun {
    var configuration = AutoencoderConfiguration()
    (configuration.model, configuration.estimator, configuration.seed) = (model, estimator, seed)
    let json = """
      {"steps": 10, "trainELBO": \(bound), "validationELBO": \(bound - 1), "testELBO": \(bound - 2),
       "testImportanceWeighted": \(bound + 3), "importanceSamples": 100
       \(seconds.map { ", \"secondsPerStep\": \($0)" } ?? "")}
      """
    var metrics: [String: [Double?]] = [
      "step": curve.indices.map { 5 * Double($0 + 1) }, "epoch": curve.map { _ in 0.5 },
      "batch_elbo": curve, "validation_elbo": curve,
    ]
    metrics["encoder_log_variance"] = variance
    return .init(
      configuration: configuration,
      result: try JSONDecoder().decode(AutoencoderResult.self, from: Data(json.utf8)),
      metrics: metrics)
  }

  private func report() throws -> AutoencoderReport {
    AutoencoderReport([
      try run(.linear1, "rebar", 0, bound: -100, variance: [nil, 2]),
      try run(.linear1, "rebar", 1, bound: -102, variance: [nil, 4]),
      try run(.linear1, "rloo", 0, bound: -110),
      try run(.linear2, "rloo", 0, bound: -98.5, seconds: nil),
    ])
  }

  private func cells(_ line: String) -> [String] {
    line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func tableHasARowForEachModelAndEstimator() throws {
    let lines = try report().table.markdown.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    // The standard error of -100 and -102 is √2 / √2.
    #expect(
      cells(lines[2]) == [
        "linear1", "rebar", "2", "10", "-101.00 ± 1.00", "-102.00 ± 1.00", "-103.00 ± 1.00",
        "-98.00 ± 1.00", "3.00 ± 1.00", "2.00 ± 0.00",
      ])
    #expect(
      cells(lines[3]).prefix(8) == [
        "linear1", "rloo", "1", "10", "-110.00", "-111.00", "-112.00", "-107.00",
      ])
    #expect(cells(lines[4]).prefix(5) == ["linear2", "rloo", "1", "10", "-98.50"])
  }

  @Test func trainingBoundsHaveAColumnForEachEstimator() throws {
    let lines = try report().trainingBounds.markdown.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(cells(lines[0]) == ["training ELBO", "rebar", "rloo"])
    #expect(cells(lines[2]) == ["linear1", "-101.00 ± 1.00", "-110.00"])
    #expect(cells(lines[3]) == ["linear2", "", "-98.50"])
  }

  @Test func figureHasPanelsForWhatWasMeasured() throws {
    let panels = try report().figure.panels
    #expect(panels.map(\.title) == ["linear1", "linear1", "linear2"])
    #expect(
      panels.map(\.yLabel) == ["validation ELBO", "log-variance, encoder", "validation ELBO"])
    #expect(panels[0].series.map(\.name) == ["rebar", "rloo"])
    #expect(panels[1].series.map(\.name) == ["rebar"])
    let variance = panels[1].series[0]
    #expect(variance.x == [10] && variance.y == [3])
    #expect(variance.band?.low == [2] && variance.band?.high == [4])
    #expect(panels[2].series[0].band == nil)
  }

  @Test func filesHoldAllNumbers() throws {
    try withTemporaryFolder { folder in
      try report().write(to: folder.url)
      let summary = try folder.rows(of: "summary.csv")
      #expect(
        summary[0] == [
          "model", "estimator", "seed", "steps", "train_elbo", "validation_elbo", "test_elbo",
          "test_importance_weighted", "encoder_log_variance", "seconds_per_step",
        ])
      #expect(
        summary[2] == [
          "linear1", "rebar", "1", "10", "-102.0", "-103.0", "-104.0", "-99.0", "4.0", "0.002",
        ])
      #expect(summary[4].suffix(2) == ["", ""])
      let curves = try folder.rows(of: "curves.csv")
      #expect(curves.count == 9)
      #expect(curves[1] == ["linear1", "rebar", "0", "5.0", "0.5", "-30.0", "-30.0", ""])
      #expect(curves[2].last == "2.0")
      #expect(try folder.text("summary.md").contains("| linear2"))
      for file in ["figure.svg", "figure.png"] { #expect(try folder.data(file).count > 1000) }
    }
  }

  /// The exact gradient has no variance, and a run can be as bad as it likes.
  @Test(arguments: [
    [-20, -Double.infinity], [-Double.infinity, -Double.infinity], [Double.nan, -10], [5],
  ])
  func figuresOfOddNumbersAreDrawn(curve: [Double]) throws {
    try withTemporaryFolder { folder in
      let runs = try (0..<2).map { seed in
        try run(
          .linear1, "exact", seed, bound: -9, curve: curve, variance: curve.map { _ in -.infinity })
      }
      try AutoencoderReport(runs).write(to: folder.url)
      #expect(folder.exists("figure.png"))
    }
  }
}
