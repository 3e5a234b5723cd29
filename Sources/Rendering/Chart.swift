/// A line chart: one panel of a figure.
public struct Chart: Sendable {
  /// The text above the panel and those along its axes; what does not fit is cut off with an
  /// ellipsis.
  public let title, xLabel, yLabel: String
  /// The lines, the last one on top.
  public let series: [Series]
  /// The values that the vertical axis spans; `nil` stands for all that the series contain. What
  /// lies outside is cut off.
  public let yRange: ClosedRange<Double>?
  /// How values are laid out along the axes.
  public let xScale, yScale: AxisScale

  /// Creates a chart of `series`.
  ///
  /// - Precondition: The ends of `yRange` are finite, and positive on a logarithmic axis.
  public init(
    title: String = "", xLabel: String, yLabel: String, series: [Series],
    yRange: ClosedRange<Double>? = nil, xScale: AxisScale = .linear, yScale: AxisScale = .linear
  ) {
    if let yRange {
      precondition(
        yRange.lowerBound.isFinite && yRange.upperBound.isFinite, "yRange is \(yRange)")
      precondition(
        yScale == .linear || yRange.lowerBound > 0, "yRange is \(yRange) on a logarithmic axis")
    }
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.yRange = yRange
    self.xScale = xScale
    self.yScale = yScale
  }
}

/// How values are laid out along an axis.
public enum AxisScale: Hashable, Sendable {
  /// Equal differences take equal lengths.
  case linear
  /// Equal ratios take equal lengths; only positive values have a place.
  case logarithmic
}
