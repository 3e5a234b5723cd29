import Rendering

/// A chart on a page, which can be asked for values and zoomed.
public struct Plot: Sendable {
  /// The same lines over one horizontal axis or another, which whoever looks chooses.
  public var charts: [Chart]

  /// A chart over one axis or several.
  ///
  /// - Precondition: There is a chart.
  public init(_ charts: [Chart]) {
    precondition(!charts.isEmpty, "a plot needs a chart")
    self.charts = charts
  }

  /// The members that `plot.js` draws from.
  func json(_ arrays: inout PageTexts) -> String {
    let looks = Look.assigned(toPanels: charts)
    let axes = zip(charts, looks).map { chart, looks in
      let series = zip(chart.series, looks).map { series, look in
        """
        {"name":\(pageQuoted(series.name)),"color":"\(look.color.web)",\
        "dash":\(pageNumbers(look.dash)),\
        "faint":\(series.isFaint),"x":\(arrays.place(of: pageNumbers(series.x))),\
        "y":\(arrays.place(of: pageNumbers(series.y))),\
        "low":\(series.band.map { "\(arrays.place(of: pageNumbers($0.low)))" } ?? "null"),\
        "high":\(series.band.map { "\(arrays.place(of: pageNumbers($0.high)))" } ?? "null")}
        """
      }
      return "{\"label\":\(pageQuoted(chart.xLabel)),\"series\":[\(series.joined(separator: ","))]}"
    }
    return """
      {"title":\(pageQuoted(charts[0].title)),"yLabel":\(pageQuoted(charts[0].yLabel)),\
      "axes":[\(axes.joined(separator: ","))]}
      """
  }
}
