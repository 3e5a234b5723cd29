/// How a series is drawn: what it says itself, or what its name gives it.
public struct Look: Hashable, Sendable {
  public let color: Color
  public let style: Series.Style

  init(color: Color, style: Series.Style) {
    (self.color, self.style) = (color, style)
  }

  /// The look of `series` where its name gives it `look`.
  init(of series: Series, named look: Look) {
    color = series.color ?? look.color
    style = series.style ?? look.style
  }

  /// The looks of the series of charts that are shown together.
  public static func assigned(toPanels charts: [Chart]) -> [[Look]] { LookAssignment(charts).looks }

  /// The same colour with the dashes that come so many places later.
  public func dashed(_ places: Int) -> Look {
    let styles = Series.Style.allCases
    let index = (styles.firstIndex(of: style) ?? 0) + places
    return Look(color: color, style: styles[index % styles.count])
  }

  static let lineWidth = 1.6
  static let faintLineWidth = 0.8

  /// The lengths of marks and gaps.
  public var dash: [Double] {
    switch style {
    case .solid: []
    case .dashed: [6, 3]
    case .dotted: [1.6, 2.2]
    }
  }
}

/// What a figure's series look like, and which legends explain them.
struct LookAssignment {
  /// Of each panel, the look of each series.
  private(set) var looks: [[Look]] = []
  /// What only the panel itself explains, for each panel.
  private(set) var ownEntries: [[LegendEntry]] = []
  /// What is explained once for all panels that have names in common.
  private(set) var sharedEntries: [LegendEntry] = []

  init(_ panels: [Chart]) {
    let names = panels.map { Set($0.series.map(\.name).filter { !$0.isEmpty }) }
    let isShared = names.indices.map { panel in
      names.indices.contains { $0 != panel && !names[$0].isDisjoint(with: names[panel]) }
    }
    let sharedNames = Self.order(
      zip(panels, isShared).flatMap { panel, isShared in isShared ? panel.series : [] })

    for (panel, isShared) in zip(panels, isShared) {
      let order = isShared ? sharedNames : Self.order(panel.series)
      var names = order.sorted { $0.value < $1.value }.map(\.key)
      names += panel.series.map(\.name).filter(\.isEmpty)
      let named = Look.assigned(to: names)
      var unnamed = order.count
      var entries: [LegendEntry] = []
      looks.append(
        panel.series.map { series in
          guard let index = order[series.name] else {
            defer { unnamed += 1 }
            return Look(of: series, named: named[unnamed])
          }
          let look = Look(of: series, named: named[index])
          entries.append(LegendEntry(name: series.name, look: look, hasBand: series.band != nil))
          return look
        })
      ownEntries.append(isShared ? [] : Self.distinct(entries))
      if isShared { sharedEntries += entries }
    }
    sharedEntries = Self.distinct(sharedEntries)
  }

  /// The place of each name in the order of first mention.
  private static func order(_ series: [Series]) -> [String: Int] {
    var order: [String: Int] = [:]
    for name in series.map(\.name) where !name.isEmpty && order[name] == nil {
      order[name] = order.count
    }
    return order
  }

  /// The first entry of each name and look, with a band if any of them has one.
  private static func distinct(_ entries: [LegendEntry]) -> [LegendEntry] {
    var distinct: [LegendEntry] = []
    for entry in entries {
      if let known = distinct.firstIndex(where: { $0.name == entry.name && $0.look == entry.look })
      {
        distinct[known].hasBand = distinct[known].hasBand || entry.hasBand
      } else {
        distinct.append(entry)
      }
    }
    return distinct
  }
}
