/// A line of a legend.
struct LegendEntry: Equatable {
  let name: String
  let look: Look
  var hasBand: Bool
}

/// The names of series beside samples of their lines, in as many columns as there is room for.
struct Legend {
  private static let rowHeight = 18.0
  private static let sampleWidth = 24.0
  private static let gap = 7.0
  private static let columnGap = 20.0

  private let entries: [LegendEntry]
  private let columns: Int
  /// The width of the longest name that is in each column.
  private let nameWidths: [Double]

  /// Lays out `entries` in at most `width`; names that are longer than that are cut off.
  init(_ entries: [LegendEntry], width: Double, ruler: Canvas) {
    let longest = max(0, width - Self.sampleWidth - Self.gap)
    self.entries = entries.map { entry in
      LegendEntry(
        name: ruler.truncated(entry.name, to: longest, font: .legend), look: entry.look,
        hasBand: entry.hasBand)
    }
    let widths = self.entries.map { ruler.width(of: $0.name, font: .legend) }

    // The fewest rows whose columns fit; one column always does.
    var columns = max(1, entries.count)
    var nameWidths = Self.columnWidths(widths, columns)
    while columns > 1, Self.total(nameWidths) > width {
      columns -= 1
      nameWidths = Self.columnWidths(widths, columns)
    }
    // As many columns as these rows need, so that the last row is not nearly empty.
    let rows = (entries.count + columns - 1) / columns
    self.columns = rows == 0 ? 1 : (entries.count + rows - 1) / rows
    self.nameWidths = Self.columnWidths(widths, self.columns)
  }

  /// The height, 0 if there are no entries.
  var height: Double {
    entries.isEmpty ? 0 : Double((entries.count + columns - 1) / columns) * Self.rowHeight + 6
  }

  /// Draws the entries, row by row, in the middle of a space that begins at `top`.
  func draw(on canvas: Canvas, middle: Double, top: Double) {
    for (index, entry) in entries.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let left =
        middle - Self.total(nameWidths) / 2
        + (column == 0 ? 0 : Self.total(nameWidths[..<column]) + Self.columnGap)
      let center = top + (Double(row) + 0.5) * Self.rowHeight
      if entry.hasBand {
        let patch = Rectangle(x: left, y: center - 5, width: Self.sampleWidth, height: 10)
        canvas.fill(patch.outline, color: entry.look.color, opacity: 0.2)
      }
      canvas.stroke(
        [Point(x: left, y: center), Point(x: left + Self.sampleWidth, y: center)],
        color: entry.look.color, width: 2, dash: entry.look.dash)
      canvas.write(
        entry.name, at: Point(x: left + Self.sampleWidth + Self.gap, y: center + 4), font: .legend)
    }
  }

  private static func columnWidths(_ widths: [Double], _ columns: Int) -> [Double] {
    (0..<columns).map { column in
      stride(from: column, to: widths.count, by: columns).map { widths[$0] }.max() ?? 0
    }
  }

  private static func total(_ nameWidths: some Collection<Double>) -> Double {
    nameWidths.reduce(0) { $0 + $1 + sampleWidth + gap } + Double(nameWidths.count - 1) * columnGap
  }
}
