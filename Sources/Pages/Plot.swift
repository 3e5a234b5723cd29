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
  func json(_ arrays: inout NumberTable) -> String {
    let looks = Look.assigned(toPanels: charts)
    let axes = zip(charts, looks).map { chart, looks in
      let series = zip(chart.series, looks).map { series, look in
        """
        {"name":\(pageQuoted(series.name)),"color":"\(look.color.web)",\
        "dash":[\(look.dash.map { pageNumber($0) }.joined(separator: ","))],\
        "faint":\(series.isFaint),"x":\(arrays.index(of: series.x)),\
        "y":\(arrays.index(of: series.y)),\
        "low":\(series.band.map { "\(arrays.index(of: $0.low))" } ?? "null"),\
        "high":\(series.band.map { "\(arrays.index(of: $0.high))" } ?? "null")}
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

/// The numbers of a page, where those that several lines share stand once.
struct NumberTable {
  private var places: [String: Int] = [:]
  /// What stands in the page, by place.
  private(set) var texts: [String] = []

  /// The place of some numbers.
  mutating func index(of values: [Double]) -> Int {
    let text = "[\(values.map { pageNumber($0) }.joined(separator: ","))]"
    if let place = places[text] { return place }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
