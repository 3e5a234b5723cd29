import Files
import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Line charts side by side, which can be written as a vector graphic (SVG) or an image (PNG).
///
/// Panels that have names of series in common share one legend under the figure; the others have
/// theirs beneath them. The same figure gives the same bytes each time (on the same versions of
/// Cairo and the font, DejaVu Sans where it is installed).
///
/// ```swift
/// let chart = Chart(
///   title: "CartPole-v1", xLabel: "episode", yLabel: "return",
///   series: [Series(name: "relax", x: episodes, y: medians, band: .init(low: q1, high: q3))])
/// try Figure(panels: [chart]).write(to: "learning.svg")
/// ```
public struct Figure: Sendable {
  /// The charts, row by row.
  public let panels: [Chart]
  /// How many panels stand side by side.
  public let columns: Int
  /// The size of a panel without its legend, in pixels at scale 1.
  public let panelWidth, panelHeight: Double
  /// The text above all panels, if any.
  public let title: String?

  /// Creates a figure.
  ///
  /// - Parameter columns: How many panels stand side by side; all of them by default.
  /// - Precondition: There is a panel and a column; panels are at least 200 wide and 150 high, and
  ///   at most 10,000.
  public init(
    panels: [Chart], columns: Int? = nil, panelWidth: Double = 420, panelHeight: Double = 320,
    title: String? = nil
  ) {
    precondition(!panels.isEmpty, "a figure needs at least one panel")
    precondition(columns ?? 1 >= 1, "a figure needs at least one column, not \(columns ?? 1)")
    precondition((200...10_000).contains(panelWidth), "panels cannot be \(panelWidth) wide")
    precondition((150...10_000).contains(panelHeight), "panels cannot be \(panelHeight) high")
    self.panels = panels
    self.columns = min(columns ?? panels.count, panels.count)
    self.panelWidth = panelWidth
    self.panelHeight = panelHeight
    self.title = title
  }

  /// The figure as a vector graphic; texts become outlines, so that it needs no font.
  ///
  /// - Throws: `Failure` if the memory does not suffice.
  public func svg() throws(Failure) -> Data {
    try encoded(as: .svg)
  }

  /// The figure as an image.
  ///
  /// - Parameter scale: Pixels per unit of length.
  /// - Precondition: `scale` is positive and finite.
  /// - Throws: `Failure` if the image were larger than Cairo can make it: 32,767 pixels on a
  ///   side.
  public func png(scale: Double = 2) throws(Failure) -> Data {
    precondition(scale > 0 && scale.isFinite, "cannot draw at scale \(scale)")
    return try encoded(as: .png(scale: scale))
  }

  /// Writes the figure to `path`, as SVG or, at scale 2, as PNG, whichever the name ends with. A file
  /// that is there is replaced, and only once the new one is whole.
  ///
  /// - Throws: `Failure` if the name ends with neither `.svg` nor `.png`, or as `svg()` and
  ///   `png(scale:)` do; `Failure` if the file cannot be written.
  public func write(to path: Path) throws(Failure) {
    let name = path.name.lowercased()
    let data: Data
    if name.hasSuffix(".svg") {
      data = try svg()
    } else if name.hasSuffix(".png") {
      data = try png()
    } else {
      throw .usage("\(path) names no format for a figure; let the name end with .svg or .png")
    }
    try AtomicFile.write(data, to: path)
  }

  private func encoded(as format: Canvas.Format) throws(Failure) -> Data {
    let layout = FigureLayout(self, ruler: try Canvas(width: 1, height: 1, format: .png(scale: 1)))
    let canvas = try Canvas(width: layout.width, height: layout.height, format: format)
    layout.draw(on: canvas)
    return try canvas.encoded()
  }
}
