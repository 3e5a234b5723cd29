/// How a series is drawn: what it says itself, or what its place among the others gives it.
struct Look: Hashable {
  let color: Color
  let style: Series.Style

  /// The look of `series`, whose name is the one at `index` of its legend.
  init(of series: Series, at index: Int) {
    let (round, place) = index.quotientAndRemainder(dividingBy: Color.palette.count)
    color = series.color ?? Color.palette[place]
    style = series.style ?? Series.Style.allCases[round % Series.Style.allCases.count]
  }

  static let lineWidth = 1.6

  /// The lengths of marks and gaps.
  var dash: [Double] {
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
      var unnamed = order.count
      var entries: [LegendEntry] = []
      looks.append(
        panel.series.map { series in
          guard let index = order[series.name] else {
            defer { unnamed += 1 }
            return Look(of: series, at: unnamed)
          }
          let look = Look(of: series, at: index)
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
