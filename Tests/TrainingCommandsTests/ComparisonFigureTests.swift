import Testing

@testable import TrainingCommands

@Suite struct ComparisonFigureTests {
  private func run(_ returns: [Double], logVariances: [Double?], length: Int = 10) -> FinishedRun {
    var run = FinishedRun(algorithm: "a2c", seed: 0)
    run.returns = returns
    run.logVariances = logVariances
    run.lengths = returns.map { _ in length }
    run.steps = returns.indices.map { length * ($0 + 1) }
    return run
  }

  @Test func showsReturnsAboveVariances() throws {
    let plan = try comparisonPlan("a2c,relax", "--episodes", "3")
    let runs = [
      run([1, 3, 5], logVariances: [nil, 7, nil]), run([3, 7, 8], logVariances: [nil, 9, nil]),
    ]
    let figure = comparisonFigure(of: [runs, runs.reversed()], plan)
    #expect(figure.panels.count == 2 && figure.columns == 1)
    #expect(figure.panels.map(\.xLabel) == ["episode", "episode"])
    #expect(figure.panels[0].series.map(\.name) == ["a2c", "relax"])
    // The means of the episodes so far are 1, 2, 3 and 3, 5, 6.
    #expect(figure.panels[0].series[0].x == [1, 2, 3])
    #expect(figure.panels[0].series[0].y == [2, 3.5, 4.5])
    #expect(figure.panels[0].series[0].band?.high == [2.5, 4.25, 5.25])
    #expect(figure.panels[1].series[1].x == [2] && figure.panels[1].series[1].y == [8])
  }

  @Test func countsStepsWhereTheyLimitTheRuns() throws {
    let plan = try comparisonPlan("a2c", "--steps", "40")
    let short = run([1, 1, 1], logVariances: [nil, nil, nil])
    let long = run([5, 5, 5], logVariances: [nil, nil, nil], length: 14)
    let figure = comparisonFigure(of: [[short, long]], plan)
    #expect(figure.panels.count == 1 && figure.panels[0].xLabel == "step")
    let series = figure.panels[0].series[0]
    #expect(series.x.first == 14 && series.x.last == 30)
    #expect(series.y.allSatisfy { $0 == 3 })
  }

  @Test func aSingleSeedHasNoBand() throws {
    let plan = try comparisonPlan("a2c", "--episodes", "2", seeds: 0...0)
    let figure = comparisonFigure(of: [[run([1, 2], logVariances: [nil, nil])]], plan)
    #expect(figure.panels[0].series[0].band == nil)
    #expect(figure.panels[0].title == "corridor, 20-episode mean return")
  }
}
