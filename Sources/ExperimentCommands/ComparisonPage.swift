import Experiments
import State

extension ComparisonSummary {
  /// The contents of `comparison.html`: the curves, the tables and the command, in a page that needs
  /// no other file, no network and no script.
  ///
  /// - Parameters:
  ///   - command: The command that started the comparison.
  ///   - figure: The curves as an SVG document.
  ///   - additions: What it shows beside.
  func html(command: String, figure: String, _ additions: ComparisonAdditions) -> String {
    let escaped = TextTable.escapedForHTML
    // What stands before the element belongs to a file of its own, not into a page.
    let drawing = figure.firstRange(of: "<svg").map { figure[$0.lowerBound...] } ?? ""
    let differences = differenceTable(reproducibleRows).map {
      "<h2>Differences to \(escaped(names[0])), seed by seed</h2>\n\($0.html)\n"
    }
    let tables = additions.tables.map { "<h2>\(escaped($0.title))</h2>\n\($0.table.html)\n" }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(title))</title>
      <style>
      body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      svg { max-width: 100%; height: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: 0.2rem 0.8rem; text-align: left; border-bottom: 1px solid #ddd; }
      .number { text-align: right; }
      pre { overflow-x: auto; background: #f4f4f4; padding: 0.8rem; }
      </style>
      </head>
      <body>
      <h1>\(escaped(title))</h1>
      <p>\(escaped(headline))</p>
      \(drawing)
      <h2>Variants</h2>
      \(figureTable(reproducibleRows).html)
      \(differences ?? "")<p>\(escaped(notes))</p>
      \(tables.joined())\
      <h2>Command</h2>
      <pre>\(escaped(command))</pre>
      </body>
      </html>

      """
  }
}
