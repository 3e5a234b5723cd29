import Experiments
import Rendering
import State
import Statistics

extension ComparisonSummary {
  /// The curves of all variants: the median over the seeds and the quartiles; `nil` where there is
  /// nothing to draw.
  func figure(adding others: [Chart]) -> Figure? {
    let panels = E.curves.compactMap(chart) + others
    guard !panels.isEmpty else { return nil }
    return Figure(panels: panels, columns: 1, panelWidth: 720, panelHeight: 320)
  }

  private func chart(_ curve: Curve) -> Chart? {
    chart(curve, over: curve.horizontal.first ?? "", showsRuns: false)
  }

  /// The curves of all variants.
  ///
  /// - Parameters:
  ///   - curve: What is drawn.
  ///   - horizontal: The column that is the horizontal axis.
  ///   - showsRuns: Whether each run has a faint line, too.
  func chart(_ curve: Curve, over horizontal: String, showsRuns: Bool) -> Chart? {
    var each: [Series] = []
    let series = zip(names, records).map { name, runs in
      let tracks = runs.map { Self.track(curve, horizontal, $0.values) }
      if showsRuns {
        each += tracks.map { track in
          let shown = DisplayTrack(
            x: track.positions.map(Double.init), y: track.values, window: 1, limit: 400)
          return Series(name: name, x: shown.x, y: shown.y, isFaint: true)
        }
      }
      let line = LearningCurve(tracks, at: Self.grid(of: tracks))
      return Series(
        name: name, x: line.x, y: line.median,
        band: runs.count > 1 ? .init(low: line.lowerQuartile, high: line.upperQuartile) : nil)
    }
    guard series.contains(where: { !$0.x.isEmpty }) else { return nil }
    let runsText = showsRuns ? ", and each run" : ""
    let spread = seeds.count > 1 ? ": median of \(seeds.count) seeds and quartiles\(runsText)" : ""
    return Chart(
      title: curve.title + spread, xLabel: horizontal, yLabel: curve.label,
      series: each + series)
  }

  /// The values of a run's column, where it has any.
  private static func track(
    _ curve: Curve, _ horizontal: String, _ values: RunValues
  ) -> LearningCurve.Track {
    let pairs = zip(values.columns[horizontal] ?? [], values.columns[curve.column] ?? [])
      .compactMap { position, value -> (Int, Double)? in
        guard let position, let value, value.isFinite else { return nil }
        return (Int(position), value)
      }
    return LearningCurve.Track(
      positions: pairs.map(\.0), values: movingMean(pairs.map(\.1), window: curve.window))
  }

  /// Where curves are drawn: wherever a run has a value, or at as many places as a line can show.
  private static func grid(of tracks: [LearningCurve.Track]) -> [Int] {
    let all = Set(tracks.flatMap(\.positions)).sorted()
    guard all.count > 3000, let last = all.last else { return all }
    return (0...400).map { Int(Double(last) * Double($0) / 400) }
  }
}
