import EstimatorComparison
import ExperimentCommands
import Experiments
import Testing

@Suite struct ToyReportTests {
  private func summary(
    _ list: String, _ shared: KeyValuePairs<String, String>
  ) throws -> ComparisonSummary<ToyTraining> {
    let plan = try ComparisonPlan(
      Variant<ToySettings>.parse(list: list), shared: values(shared), seeds: 0...1, in: ())
    return try Comparison<ToyTraining>(plan, in: ()).run()
  }

  @Test func tablesHaveARowForEachEstimator() throws {
    let summary = try summary("reinforce,relax,exact", ["steps": "20", "target": "0.4"])
    let tables = EstimatorProgram.additions(to: summary).tables
    #expect(
      tables.map { $0.title.prefix { $0 != ":" } } == [
        "E[f(b)]", "θ", "log-variance of the estimate",
      ])
    for (_, table) in tables {
      let lines = "\(table)".split(separator: "\n")
      #expect(lines.count == 5 && lines[3].hasPrefix("relax"))
      #expect(lines[0].hasSuffix("step 20"))
    }
    #expect(
      summary.rows.map(\.measure.key) == [
        "final_loss", "log_variance", "microseconds_per_step",
      ])
    #expect(summary.verdict(on: "exact", against: "exact", by: "final_loss").isAhead == false)
  }

  @Test func singleBernoulliShowsItsControlVariates() throws {
    let summary = try summary("reinforce,relax,rebar", ["steps": "10", "target": "0.4"])
    let panel = try #require(EstimatorProgram.additions(to: summary).panels.first)
    #expect(panel.series.map(\.name) == ["relax", "rebar", "f(H(z))"])
    // REBAR's control variate tends to f(0) on the left and f(1) on the right.
    let rebar = panel.series[1].y
    #expect(abs(rebar[0] - 0.16) < 0.05 && abs(rebar[rebar.count - 1] - 0.36) < 0.05)
    let f = panel.series[2].y
    #expect(abs(f[0] - 0.16) < 1e-6 && abs(f[f.count - 1] - 0.36) < 1e-6)
  }

  @Test func otherProblemsHaveNoThetaAndNoControlVariates() throws {
    let summary = try summary("relax", ["steps": "10", "problem": "chain", "dimensions": "2"])
    let additions = EstimatorProgram.additions(to: summary)
    #expect(additions.tables.count == 2 && additions.panels.isEmpty)
  }

  @Test func noControlVariateGivesNoPanel() throws {
    #expect(try EstimatorProgram.additions(to: summary("rloo", ["steps": "5"])).panels.isEmpty)
  }
}
