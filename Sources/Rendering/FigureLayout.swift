/// Where everything in a figure is.
struct FigureLayout {
  let width, height: Double
  let panels: [Panel]
  /// The legend of each panel, empty for panels that share one.
  private let ownLegends: [Legend]
  private let sharedLegend: Legend
  private let title: String

  /// Lays out `figure`; `ruler` measures its texts.
  init(_ figure: Figure, ruler: Canvas) {
    let charts = figure.panels
    let assignment = LookAssignment(charts)
    let legendWidth = figure.panelWidth - 24
    let legends = assignment.ownEntries.map { Legend($0, width: legendWidth, ruler: ruler) }
    let width = Double(figure.columns) * figure.panelWidth
    let margins = Panel.Margins(
      top: charts.contains { !$0.title.isEmpty } ? 30 : 12, bottom: 44)
    /// Plots below each other begin at the same place.
    let lefts = (0..<figure.columns).map { column in
      stride(from: column, to: charts.count, by: figure.columns).map {
        Panel.left(of: charts[$0], height: figure.panelHeight, margins: margins, ruler: ruler)
      }.max() ?? 0
    }

    var panels: [Panel] = []
    var top = figure.title == nil ? 2.0 : 30
    for first in stride(from: 0, to: charts.count, by: figure.columns) {
      let row = first..<min(first + figure.columns, charts.count)
      panels += row.map { index in
        let frame = Rectangle(
          x: Double(index - first) * figure.panelWidth, y: top, width: figure.panelWidth,
          height: figure.panelHeight)
        return Panel(
          charts[index], looks: assignment.looks[index], frame: frame, left: lefts[index - first],
          margins: margins, ruler: ruler)
      }
      top += figure.panelHeight + (legends[row].map(\.height).max() ?? 0)
    }

    sharedLegend = Legend(assignment.sharedEntries, width: width - 24, ruler: ruler)
    self.panels = panels
    self.width = width
    height = (top + sharedLegend.height + 6).rounded(.up)
    ownLegends = legends
    title = ruler.truncated(figure.title ?? "", to: width - 24, font: .figureTitle)
  }

  /// Draws the figure.
  func draw(on canvas: Canvas) {
    canvas.write(
      title, at: Point(x: width / 2, y: 22), font: .figureTitle, alignment: .middle)
    for (panel, legend) in zip(panels, ownLegends) {
      panel.draw(on: canvas)
      legend.draw(on: canvas, middle: panel.plot.midX, top: panel.frame.maxY)
    }
    sharedLegend.draw(on: canvas, middle: width / 2, top: height - 6 - sharedLegend.height)
  }
}
