import ExperimentLogging
import Foundation
import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct ToyReportTests {
  private static func report(_ problem: ToyProblem) throws -> ToyReport {
    var training = ToyTraining(problem: problem, steps: 20)
    training.seeds = 0..<3
    training.draws = 50
    let types: [any GradientEstimator.Type] = [REINFORCE.self, RELAX.self, ExactEnumeration.self]
    return ToyReport(
      problem: problem, runs: try training.run(types), checkpoints: training.recordedSteps)
  }

  @Test func tablesHaveARowForEachEstimator() throws {
    let report = try Self.report(.bernoulli(target: 0.4))
    #expect(report.tables.count == 4)
    for (_, table) in report.tables {
      let lines = "\(table)".split(separator: "\n")
      #expect(lines.count == 5)
      #expect(lines[3].hasPrefix("relax"))
    }
  }

  @Test func thetaIsShownForASingleBernoulliAlone() throws {
    #expect(try Self.report(.chain(dimensions: 2)).tables.count == 3)
  }

  @Test func csvHasARowForEachRecord() throws {
    let report = try Self.report(.bernoulli(target: 0.4))
    let lines = report.recordsCSV.split(separator: "\n")
    #expect(lines.count == 1 + 7 * 21)
    #expect(lines[0] == "estimator,seed,step,loss,log_variance")
  }

  @Test func folderHoldsTablesAndFigure() throws {
    let folder = URL.temporaryDirectory.appending(
      path: "toy-report-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.report(.bernoulli(target: 0.4)).write(to: folder)
    for name in ["toy.csv", "costs.csv", "figure.svg"] {
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: name).path))
    }
  }
}
