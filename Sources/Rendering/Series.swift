/// A named line of a chart.
public struct Series: Sendable {
  /// How the line is drawn.
  public enum Style: Hashable, Sendable, CaseIterable {
    case solid, dashed, dotted
  }

  /// A translucent area around the line, such as the quartiles over several runs.
  public struct Band: Sendable {
    /// The lower and the upper edge, a value for each point of the line.
    public let low, high: [Double]

    /// Creates the area between `low` and `high`.
    ///
    /// - Precondition: There are as many lower values as upper ones.
    public init(low: [Double], high: [Double]) {
      precondition(
        low.count == high.count, "\(low.count) lower values, but \(high.count) upper ones")
      self.low = low
      self.high = high
    }
  }

  /// What the legend calls the line; nothing in the legend if empty. Series of the same name look
  /// the same in all panels that share a legend.
  public let name: String
  /// The points' coordinates. A point that is not finite, or not positive on a logarithmic axis,
  /// is not drawn and breaks the line; one without neighbours is drawn as a dot.
  public let x, y: [Double]
  /// The area around the line, if any.
  public let band: Band?
  /// How the line is drawn; `nil` stands for what the name gives it, as the colour.
  public let style: Style?
  /// The line's colour; `nil` stands for that of `Look.assigned(to:)`.
  public let color: Color?
  /// Whether the line stays behind the others, as each of many runs does behind their median.
  public let isFaint: Bool

  /// Creates a line through the points (x, y), in this order.
  ///
  /// - Precondition: `x`, `y` and the band have the same length.
  public init(
    name: String, x: [Double], y: [Double], band: Band? = nil, style: Style? = nil,
    color: Color? = nil, isFaint: Bool = false
  ) {
    precondition(x.count == y.count, "\"\(name)\" has \(x.count) x, but \(y.count) y")
    if let band {
      precondition(
        band.low.count == x.count, "\"\(name)\" has \(x.count) points, its band \(band.low.count)")
    }
    self.name = name
    self.x = x
    self.y = y
    self.band = band
    self.style = style
    self.color = color
    self.isFaint = isFaint
  }
}
