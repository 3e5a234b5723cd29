/// A chart with its place in the figure.
struct Panel {
  /// The room around the plot that is the same for all panels of a figure.
  struct Margins {
    var top, bottom: Double
    var right = 18.0
  }

  private static let tickLength = 4.0

  let chart: Chart
  let looks: [Look]
  /// The whole room, with titles and labels.
  let frame: Rectangle
  /// The room of the lines.
  let plot: Rectangle
  private let xAxis, yAxis: Axis
  private let xTicks, yTicks: Ticks

  /// Lays out `chart`, whose plot begins `left` within `frame`.
  init(
    _ chart: Chart, looks: [Look], frame: Rectangle, left: Double, margins: Margins, ruler: Canvas
  ) {
    self.chart = chart
    self.looks = looks
    self.frame = frame
    plot = Rectangle(
      x: frame.x + left, y: frame.y + margins.top,
      width: max(10, frame.width - left - margins.right),
      height: Self.plotHeight(frame.height, margins))
    xAxis = chart.xAxis
    yAxis = chart.yAxis
    xTicks = xAxis.ticks(
      length: plot.width, gap: 10, overhang: margins.right,
      extent: { ruler.width(of: $0, font: .tickLabel) })
    yTicks = Self.yTicks(of: yAxis, height: plot.height)
  }

  /// How much the labels beside the vertical axis of `chart` take.
  static func left(of chart: Chart, height: Double, margins: Margins, ruler: Canvas) -> Double {
    let ticks = yTicks(of: chart.yAxis, height: plotHeight(height, margins))
    let widths = ticks.ticks.map { ruler.width(of: $0.label, font: .tickLabel) }
    let hasLabel = !chart.yLabel.isEmpty || ticks.exponent != 0
    return 8 + (hasLabel ? 20 : 0) + (widths.max() ?? 0) + tickLength + 5
  }

  private static func plotHeight(_ height: Double, _ margins: Margins) -> Double {
    max(10, height - margins.top - margins.bottom)
  }

  private static func yTicks(of axis: Axis, height: Double) -> Ticks {
    axis.ticks(length: height, gap: 14, overhang: 8, extent: { _ in 10 })
  }

  // MARK: Drawing

  /// Draws everything but the legend.
  func draw(on canvas: Canvas) {
    drawGrid(on: canvas)
    // Lines along the edges keep their width, dots at the left and right ends their roundness.
    let room = Rectangle(
      x: plot.x - 3, y: plot.y - Look.lineWidth / 2, width: plot.width + 6,
      height: plot.height + Look.lineWidth)
    canvas.clipped(to: room) {
      for (series, look) in zip(chart.series, looks) { drawBand(of: series, look, on: canvas) }
      for isFaint in [true, false] {
        for (series, look) in zip(chart.series, looks) where series.isFaint == isFaint {
          drawLine(of: series, look, on: canvas)
        }
      }
    }
    canvas.stroke(plot.outline, color: .frame, width: 0.8)
    drawTicks(on: canvas)
    drawLabels(on: canvas)
  }

  private func drawGrid(on canvas: Canvas) {
    for tick in xTicks.ticks {
      let x = x(of: tick.value)
      canvas.stroke(
        [Point(x: x, y: plot.y), Point(x: x, y: plot.maxY)], color: .grid, width: 0.8)
    }
    for tick in yTicks.ticks {
      let y = y(of: tick.value)
      canvas.stroke(
        [Point(x: plot.x, y: y), Point(x: plot.maxX, y: y)], color: .grid, width: 0.8)
    }
  }

  private func drawBand(of series: Series, _ look: Look, on canvas: Canvas) {
    guard let band = series.band else { return }
    let opacity = chart.series.count <= 4 ? 0.2 : 0.1
    let low = points(series.x, band.low)
    let high = points(series.x, band.high)
    for run in finiteRuns(of: zip(low, high).map { $0.isFinite && $1.isFinite }) {
      if run.count == 1 {
        canvas.fill(
          Rectangle(
            x: low[run.lowerBound].x - 2, y: high[run.lowerBound].y, width: 4,
            height: low[run.lowerBound].y - high[run.lowerBound].y
          ).outline, color: look.color, opacity: opacity)
      } else {
        canvas.fill(
          thinned(low[run]) + thinned(high[run]).reversed(), color: look.color, opacity: opacity)
      }
    }
  }

  private func drawLine(of series: Series, _ look: Look, on canvas: Canvas) {
    let color = series.isFaint ? look.color.faint : look.color
    let width = series.isFaint ? Look.faintLineWidth : Look.lineWidth
    let points = points(series.x, series.y)
    for run in finiteRuns(of: points.map(\.isFinite)) {
      if run.count == 1 {
        canvas.fillDisc(at: points[run.lowerBound], radius: 2.5, color: color)
      } else {
        canvas.stroke(
          thinned(points[run]), color: color, width: width, dash: look.dash)
      }
    }
  }

  private func drawTicks(on canvas: Canvas) {
    func mark(x: Double, length: Double) {
      canvas.stroke(
        [Point(x: x, y: plot.maxY), Point(x: x, y: plot.maxY + length)], color: .frame, width: 0.8)
    }
    func mark(y: Double, length: Double) {
      canvas.stroke(
        [Point(x: plot.x - length, y: y), Point(x: plot.x, y: y)], color: .frame, width: 0.8)
    }
    for value in xAxis.minorTicks { mark(x: x(of: value), length: Self.tickLength / 2) }
    for value in yAxis.minorTicks { mark(y: y(of: value), length: Self.tickLength / 2) }
    for tick in xTicks.ticks {
      mark(x: x(of: tick.value), length: Self.tickLength)
      canvas.write(
        tick.label, at: Point(x: x(of: tick.value), y: plot.maxY + Self.tickLength + 11),
        font: .tickLabel, alignment: .middle)
    }
    for tick in yTicks.ticks {
      mark(y: y(of: tick.value), length: Self.tickLength)
      canvas.write(
        tick.label, at: Point(x: plot.x - Self.tickLength - 3, y: y(of: tick.value) + 3.6),
        font: .tickLabel, alignment: .end)
    }
  }

  private func drawLabels(on canvas: Canvas) {
    func write(_ text: String, at anchor: Point, within room: Double, font: Font, up: Bool = false)
    {
      canvas.write(
        canvas.truncated(text, to: room, font: font), at: anchor, font: font, alignment: .middle,
        isVertical: up)
    }
    write(
      chart.title, at: Point(x: plot.midX, y: plot.y - 9), within: plot.width, font: .panelTitle)
    write(
      chart.xLabel + xTicks.factor, at: Point(x: plot.midX, y: plot.maxY + 33),
      within: plot.width, font: .axisLabel)
    write(
      chart.yLabel + yTicks.factor, at: Point(x: frame.x + 20, y: plot.midY),
      within: plot.height, font: .axisLabel, up: true)
    if chart.isEmpty {
      write(
        "no data", at: Point(x: plot.midX, y: plot.midY), within: plot.width, font: .axisLabel)
    }
  }

  // MARK: Coordinates

  private func x(of value: Double) -> Double { plot.x + xAxis.position(of: value) * plot.width }

  private func y(of value: Double) -> Double { plot.maxY - yAxis.position(of: value) * plot.height }

  private func points(_ xs: [Double], _ ys: [Double]) -> [Point] {
    zip(xs, ys).map { Point(x: x(of: $0), y: y(of: $1)) }
  }
}
