/// A small table with aligned columns, for a terminal or as Markdown.
///
/// ```
/// algorithm   return
/// ---------  -------
/// a2c          21.30
/// relax       198.75
/// ```
public struct TextTable: Sendable, CustomStringConvertible {
  /// On which side the cells of a column line up.
  public enum Alignment: Sendable {
    /// On the left, as words do.
    case leading
    /// On the right, as numbers do.
    case trailing
  }

  /// The title and the alignment of a column.
  public struct Column: Sendable {
    fileprivate let title: String
    fileprivate let alignment: Alignment

    /// Creates a column, left-aligned unless asked otherwise.
    public init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Creates a table without rows.
  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; a line break in a cell becomes a space.
  ///
  /// - Precondition: There is one cell for each column.
  public mutating func addRow(_ cells: [String]) {
    precondition(
      cells.count == columns.count, "a row of \(cells.count) cells for \(columns.count) columns")
    rows.append(cells.map { String($0.map { $0.isNewline ? " " : $0 }) })
  }

  /// The table as lines of text, without a line break at the end.
  public var description: String {
    let lines = [columns.map(\.title)] + rows
    let widths = widths(of: lines)
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([lines[0], rule] + lines.dropFirst())
      .map { line in
        var text = padded(line, to: widths).joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
      }
      .joined(separator: "\n")
  }

  /// The table in Markdown's pipe syntax, without a line break at the end.
  public var markdown: String {
    let lines = ([columns.map(\.title)] + rows).map { line in
      line.map {
        $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      }
    }
    let widths = widths(of: lines).map { max($0, 2) }
    let rule = zip(columns, widths).map { column, width in
      let dashes = String(repeating: "-", count: width - 1)
      return column.alignment == .leading ? ":\(dashes)" : "\(dashes):"
    }
    return ([lines[0], rule] + lines.dropFirst())
      .map { "| \(padded($0, to: widths).joined(separator: " | ")) |" }
      .joined(separator: "\n")
  }

  /// The table as an HTML element, without a line break at the end; `class="number"` marks the cells
  /// that line up on the right.
  public var html: String {
    func row(_ cells: [String], _ tag: String) -> String {
      let cells = zip(cells, columns).map { cell, column in
        let mark = column.alignment == .trailing ? " class=\"number\"" : ""
        return "<\(tag)\(mark)>\(Self.escapedForHTML(cell))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let head = "<thead>\(row(columns.map(\.title), "th"))</thead>"
    let body = rows.map { row($0, "td") }.joined(separator: "\n")
    return "<table>\n\(head)\n<tbody>\n\(body)\n</tbody>\n</table>"
  }

  /// A text in which HTML finds no tags or references of its own.
  public static func escapedForHTML(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private func widths(of lines: [[String]]) -> [Int] {
    columns.indices.map { index in lines.map { $0[index].count }.max() ?? 0 }
  }

  private func padded(_ cells: [String], to widths: [Int]) -> [String] {
    columns.indices.map { index in
      let cell = cells[index]
      let space = String(repeating: " ", count: widths[index] - cell.count)
      return columns[index].alignment == .leading ? cell + space : space + cell
    }
  }
}
