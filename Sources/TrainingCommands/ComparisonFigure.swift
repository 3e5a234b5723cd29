import ReinforcementLearning
import Rendering
import Statistics

/// The learning curves of a comparison: the returns and, where it was measured, the log-variance of
/// the gradient below; against episodes, or against steps where those limit the runs.
///
/// - Parameters:
///   - runs: The runs of each of the plan's entries.
///   - plan: What was compared.
func comparisonFigure(of runs: [[FinishedRun]], _ plan: ComparisonPlan) -> Figure {
  let countsSteps = plan.steps != nil
  let spread = runs[0].count > 1 ? ": median of \(runs[0].count) seeds and quartiles" : ""
  func chart(_ title: String, _ label: String, _ track: (FinishedRun) -> LearningCurve.Track)
    -> Chart
  {
    let series = zip(plan.entries, runs).map { entry, runs in
      let tracks = runs.map(track)
      let curve = LearningCurve(tracks, at: grid(of: tracks, countsSteps: countsSteps))
      return Series(
        name: entry.name, x: curve.x, y: curve.median,
        band: runs.count > 1 ? .init(low: curve.lowerQuartile, high: curve.upperQuartile) : nil)
    }
    return Chart(
      title: title + spread, xLabel: countsSteps ? "step" : "episode", yLabel: label, series: series
    )
  }

  func positions(_ run: FinishedRun) -> [Int] {
    countsSteps ? run.steps : Array(1...run.returns.count)
  }
  let returns = chart("\(plan.environment.name), 20-episode mean return", "return") { run in
    LearningCurve.Track(positions: positions(run), values: movingMean(run.returns, window: 20))
  }
  let variances = chart("Log-variance of the gradient", "log-variance") { run in
    let measured = zip(positions(run), run.logVariances).compactMap { position, value in
      value.map { (position, $0) }
    }
    return LearningCurve.Track(positions: measured.map(\.0), values: measured.map(\.1))
  }
  return Figure(
    panels: variances.series.contains { !$0.x.isEmpty } ? [returns, variances] : [returns],
    columns: 1, panelWidth: 720, panelHeight: 320)
}

/// Where curves are drawn: at each of the episodes that tracks know, or at as many steps as a line
/// can show.
private func grid(of tracks: [LearningCurve.Track], countsSteps: Bool) -> [Int] {
  guard countsSteps else { return tracks.first?.positions ?? [] }
  let last = tracks.compactMap(\.positions.last).max() ?? 0
  let count = 400
  return (0...count).map { Int(Double(last) * Double($0) / Double(count)) }
}
