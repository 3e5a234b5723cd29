/// A curve in characters, for a terminal: a braille character has two dots beside each other and four
/// above each other.
public struct TerminalChart {
  /// What stands above the curve.
  public var title: String
  /// The points, in order; a value that is not finite is a gap.
  public var x, y: [Double]
  /// How a number is written.
  public var label: (Double) -> String

  public init(
    title: String, x: [Double], y: [Double], label: @escaping (Double) -> String
  ) {
    precondition(x.count == y.count, "\(x.count) places for \(y.count) values")
    (self.title, self.x, self.y, self.label) = (title, x, y, label)
  }

  /// The chart as lines of exactly so many characters, at least 16 of them: the title, the curve beside
  /// its greatest and its least value, and the first and the last place.
  public func lines(columns: Int, rows: Int) -> [String] {
    precondition(columns >= 16 && rows >= 3, "no chart fits into \(columns) by \(rows) characters")
    let (values, places) = (y.filter(\.isFinite), x.filter(\.isFinite))
    guard let low = values.min(), let high = values.max(), let first = places.min(),
      let last = places.max()
    else {
      let lines = [title, "nothing yet"] + Array(repeating: "", count: rows - 2)
      return lines.map { Self.fitted($0, columns) }
    }
    let names = [label(high), label(low)]
    let margin = min(names.map(\.count).max() ?? 0, columns - 8)
    var dots = Dots(columns: columns - margin - 1, rows: rows - 2)
    /// How far a number is from one towards another, from 0 to 1; halves, so that nothing overflows.
    func part(_ value: Double, from start: Double, to end: Double) -> Double {
      start == end ? 0 : (value / 2 - start / 2) / (end / 2 - start / 2)
    }
    var previous: (x: Double, y: Double)?
    for (x, y) in zip(x, y) {
      guard x.isFinite, y.isFinite else {
        previous = nil
        continue
      }
      let point = (
        x: part(x, from: first, to: last) * Double(dots.width - 1),
        y: part(y, from: high, to: low) * Double(dots.height - 1)
      )
      dots.line(from: previous ?? point, to: point)
      previous = point
    }
    var lines = [Self.fitted(title, columns)]
    for (row, text) in dots.lines.enumerated() {
      let name = row == 0 ? names[0] : row == rows - 3 ? names[1] : ""
      let padding = String(repeating: " ", count: max(0, margin - name.count))
      lines.append("\(padding)\(name.prefix(margin)) \(text)")
    }
    let (left, right) = (label(first), label(last))
    let gap = max(1, columns - margin - 1 - left.count - right.count)
    let ends = left + String(repeating: " ", count: gap) + right
    return lines + [Self.fitted(String(repeating: " ", count: margin + 1) + ends, columns)]
  }

  /// A text with spaces behind it, or without its end.
  private static func fitted(_ text: String, _ columns: Int) -> String {
    String(text.prefix(columns)) + String(repeating: " ", count: max(0, columns - text.count))
  }
}

/// Dots that are put together to braille characters.
private struct Dots {
  let width, height: Int
  private let columns: Int
  /// The lowest bits of each character: U+2800 and on.
  private var cells: [UInt32]

  init(columns: Int, rows: Int) {
    (width, height, self.columns) = (2 * columns, 4 * rows, columns)
    cells = Array(repeating: 0, count: columns * rows)
  }

  mutating func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) {
    let count = max(1, Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)))
    for step in 0...count {
      let part = Double(step) / Double(count)
      set(
        Int((start.x + part * (end.x - start.x)).rounded()),
        Int((start.y + part * (end.y - start.y)).rounded()))
    }
  }

  private mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    // Down the left side, down the right one, and then the two at the bottom.
    let bit = y % 4 == 3 ? 6 + x % 2 : 3 * (x % 2) + y % 4
    cells[y / 4 * columns + x / 2] |= 1 << UInt32(bit)
  }

  var lines: [String] {
    stride(from: 0, to: cells.count, by: columns).map { start in
      var line = ""
      for cell in cells[start..<start + columns] {
        line.unicodeScalars.append(Unicode.Scalar(0x2800 + cell) ?? " ")
      }
      return line
    }
  }
}
