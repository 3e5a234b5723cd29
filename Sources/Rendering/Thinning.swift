/// The points of a line that make a difference in a drawing: where several neighbours lie in the
/// same column of half a unit, a pixel at scale 2, the first, the lowest, the highest and the last.
///
/// The line covers the same pixels, while Cairo, whose time grows faster than the number of points
/// that zigzag, never has more than four a column (Jugel et al., "M4: A Visualization-Oriented Time
/// Series Data Aggregation", 2014).
func thinned(_ points: ArraySlice<Point>) -> [Point] {
  var kept: [Point] = []
  var start = points.startIndex
  while start < points.endIndex {
    let column = (points[start].x * 2).rounded(.down)
    var end = start
    var lowest = start
    var highest = start
    while end < points.endIndex, (points[end].x * 2).rounded(.down) == column {
      if points[end].y < points[lowest].y { lowest = end }
      if points[end].y > points[highest].y { highest = end }
      end += 1
    }
    // In the line's order, each once.
    let extremes = [min(lowest, highest), max(lowest, highest)]
    var last = start
    kept.append(points[start])
    for index in extremes + [end - 1] where index > last {
      kept.append(points[index])
      last = index
    }
    start = end
  }
  return kept
}
