import Statistics

extension ComparisonSummary {
  /// The contents of `summary.csv`: a row for each measure of each variant. Nothing in it depends on
  /// the clock.
  public var csv: CSVTable {
    var table = CSVTable(columns: [
      "measure", "variant", "runs", "mean", "standard_error", "median", "lower_95", "upper_95",
      "base",
      "difference", "difference_standard_error", "difference_lower_95", "difference_upper_95",
      "p_value",
    ])
    for row in reproducibleRows {
      for (index, figures) in row.figures.enumerated() {
        let difference = figures.difference
        table.addRow([
          .text(row.measure.key), .text(names[index]), .integer(figures.values.count),
          .double(figures.mean), .double(figures.standardError), .double(figures.median),
          .double(figures.interval.lower), .double(figures.interval.upper),
          MetricValue(difference.map { _ in names[0] }), MetricValue(difference?.meanDifference),
          MetricValue(difference?.standardError), MetricValue(difference?.interval.lower),
          MetricValue(difference?.interval.upper), MetricValue(difference?.pValue),
        ])
      }
    }
    return table
  }

  /// The tables of all runs, one after the other, with the variant and the seed before each row.
  public var table: CSVTable {
    let columns = records.joined().first?.values.columns.keys.sorted() ?? []
    let order = E.curves.flatMap(\.horizontal) + E.curves.map(\.column)
    let sorted = columns.sorted {
      (order.firstIndex(of: $0) ?? .max, $0) < (order.firstIndex(of: $1) ?? .max, $1)
    }
    var table = CSVTable(columns: ["variant", "seed"] + sorted)
    for (name, runs) in zip(names, records) {
      for run in runs {
        let values = sorted.map { run.values.columns[$0] ?? [] }
        for index in (values.first ?? []).indices {
          table.addRow(
            [.text(name), .integer(Int(run.settings.seed))]
              + values.map { .number($0.indices.contains(index) ? $0[index] : nil) })
        }
      }
    }
    return table
  }

  /// What the terminal shows: everything in `markdown`, and the times.
  public var text: String { sections(rows, table: \.description).joined(separator: "\n\n") }

  /// The contents of `summary.md`.
  public var markdown: String {
    sections(reproducibleRows, table: \.markdown).joined(separator: "\n\n") + "\n"
  }

  /// The measures that equal runs have equal values of.
  public var reproducibleRows: [Row] { rows.filter(\.measure.isReproducible) }

  private func sections(_ rows: [Row], table: (TextTable) -> String) -> [String] {
    let differences = differenceTable(rows)
    return [headline, table(figureTable(rows))]
      + (differences.map { ["Differences to \(names[0]), seed by seed:", table($0)] } ?? [])
      + [notes]
  }

  // MARK: Tables

  /// The measures of each variant.
  public func figureTable(_ rows: [Row]) -> TextTable {
    var table = TextTable([
      .init("measure"), .init("variant"), .init("mean", .trailing), .init("± error", .trailing),
      .init("median", .trailing), .init("95 % interval", .trailing),
    ])
    for row in rows {
      let decimals = Self.decimals(
        row.figures.map(\.standardError), row.figures.map(\.mean))
      func number(_ value: Double) -> String { Self.text(value, decimals: decimals) }
      for (index, figures) in row.figures.enumerated() {
        table.addRow([
          index == 0 ? row.measure.title : "", names[index], number(figures.mean),
          number(figures.standardError), number(figures.median),
          "\(number(figures.interval.lower)) to \(number(figures.interval.upper))",
        ])
      }
    }
    return table
  }

  /// The differences to the first variant; `nil` where it is the only one.
  public func differenceTable(_ rows: [Row]) -> TextTable? {
    guard names.count > 1 else { return nil }
    var table = TextTable([
      .init("measure"), .init("variant"), .init("difference", .trailing),
      .init("± error", .trailing), .init("95 % interval", .trailing), .init("p", .trailing),
    ])
    for row in rows where row.measure.isReproducible {
      let differences = row.figures.compactMap(\.difference)
      let decimals = Self.decimals(
        differences.map(\.standardError), differences.map(\.meanDifference))
      func number(_ value: Double) -> String { Self.text(value, decimals: decimals) }
      for (index, figures) in row.figures.enumerated() {
        guard let difference = figures.difference else { continue }
        let sign = difference.meanDifference > 0 ? "+" : ""
        table.addRow([
          index == 1 ? row.measure.title : "", names[index],
          sign + number(difference.meanDifference), number(difference.standardError),
          "\(number(difference.interval.lower)) to \(number(difference.interval.upper))",
          difference.pValue < 0.001 ? "< 0.001" : Self.text(difference.pValue, decimals: 3),
        ])
      }
    }
    return table
  }

  /// As many decimals as the smallest error has two digits in; without any, one, or what the smallest
  /// value has three digits in.
  private static func decimals(_ errors: [Double], _ values: [Double]) -> Int {
    func smallest(_ numbers: [Double]) -> Double? { numbers.filter { $0 > 0 && $0.isFinite }.min() }
    return Format.decimals(
      ofError: smallest(errors) ?? min(1, (smallest(values.map(\.magnitude)) ?? 10) / 10))
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    value.isNaN ? "–" : Format.fixed(value, decimals: decimals)
  }

  // MARK: Sentences

  /// What was compared.
  public var title: String { "Comparison of \(names.joined(separator: ", "))" }

  /// What was run, and what is to be said about it.
  public var headline: String {
    let seedText =
      seeds.count == 1
      ? "Seed \(seeds.lowerBound)." : "Seeds \(seeds.lowerBound) to \(seeds.upperBound)."
    return (remarks.prefix(1) + [seedText] + remarks.dropFirst()).joined(separator: " ")
  }

  /// How the figures are to be read.
  public var notes: String {
    var sentences: [String] = []
    for (name, runs) in zip(names, records) {
      let count = runs.count(where: \.values.hasDiverged)
      guard count > 0 else { continue }
      sentences.append(
        "Of \(name), \(count) of \(runs.count) runs ended early in numbers that were not finite.")
    }
    sentences.append("Intervals: percentile bootstrap of the mean.")
    if seeds.count < 10 { sentences.append("They are too narrow with so few seeds.") }
    if names.count > 1 { sentences.append("p: paired sign-flip permutation, two-sided.") }
    if names.count > 2 {
      sentences.append("No p is corrected for the number of comparisons.")
    }
    return sentences.joined(separator: " ")
  }
}

extension MetricValue {
  /// A number of a table, whole ones without decimals.
  fileprivate static func number(_ value: Double?) -> MetricValue {
    guard let value else { return .missing }
    return Int(exactly: value).map { .integer($0) } ?? .double(value)
  }
}
