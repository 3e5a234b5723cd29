extension Chart {
  /// The horizontal axis, over the x of all points that can be drawn.
  var xAxis: Axis {
    Axis(xScale, spanning: series.flatMap(drawable).map(\.x))
  }

  /// The vertical axis, over `yRange`, or over the lines and bands.
  var yAxis: Axis {
    if let yRange { return Axis(yScale, spanning: [yRange.lowerBound, yRange.upperBound]) }
    return Axis(yScale, spanning: series.flatMap(drawable).map(\.y), margin: 0.05)
  }

  /// Whether there is nothing to draw.
  var isEmpty: Bool {
    series.allSatisfy { drawable($0).isEmpty }
  }

  /// The points of a line and of both edges of its band that have a place on the axes.
  private func drawable(_ series: Series) -> [Point] {
    let heights = [series.y, series.band?.low ?? [], series.band?.high ?? []]
    return heights.flatMap { zip(series.x, $0).map { Point(x: $0, y: $1) } }
      .filter { $0.isFinite }
      .filter { (xScale == .linear || $0.x > 0) && (yScale == .linear || $0.y > 0) }
  }
}

/// The runs of neighbours that are all `true`.
func finiteRuns(of isFinite: [Bool]) -> [Range<Int>] {
  var runs: [Range<Int>] = []
  var start: Int?
  for index in 0...isFinite.count {
    if index < isFinite.count, isFinite[index] {
      start = start ?? index
    } else if let first = start {
      runs.append(first..<index)
      start = nil
    }
  }
  return runs
}
