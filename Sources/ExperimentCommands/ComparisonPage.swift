import Experiments
import Files
import Pages
import Rendering
import State
import Statistics

extension ComparisonSummary {
  /// The contents of `comparison.html`: curves, tables, the differences seed by seed, links to the
  /// pages of the runs, and the command.
  ///
  /// - Parameters:
  ///   - command: The command that started the comparison.
  ///   - additions: What it shows beside.
  func page(command: String, _ additions: ComparisonAdditions) -> Page {
    var page = Page(title: title)
    page.add(.paragraph(headline, class: "lead"))
    page.add(plots + additions.panels.map { Plot([$0]) })
    page.add(.heading("Variants"))
    page.add(.table(source: figureTable(reproducibleRows).html))
    if let differences = differenceTable(reproducibleRows) {
      page.add(.heading("Differences to \(names[0]), seed by seed"))
      page.add(.table(source: differences.html))
      page.add(differencePlots)
    }
    page.add(.paragraph(notes, class: "note"))
    for (title, table) in additions.tables {
      page.add(.heading(title))
      page.add(.table(source: table.html))
    }
    if !additions.pictures.isEmpty {
      page.add(.heading("Pictures"))
      page.add(.paragraph(additions.caption, class: "note"))
      page.add(.images(additions.pictures))
    }
    page.add(.heading("Runs"))
    page.add(links)
    page.add(.heading("Command"))
    page.add(.code(command))
    return page
  }

  /// The median and the quartiles of each variant over each axis; few runs are drawn themselves, too.
  private var plots: [Plot] {
    let showsRuns = seeds.count > 1 && names.count * seeds.count <= 60
    return E.curves.compactMap { curve in
      let charts = curve.horizontal.compactMap {
        chart(curve, over: $0, showsRuns: showsRuns)
      }
      return charts.isEmpty ? nil : Plot(charts)
    }
  }

  /// For each measure, how far each run is from the first variant's with the same seed.
  private var differencePlots: [Plot] {
    guard seeds.count > 1 else { return [] }
    return reproducibleRows.map { row in
      let base = row.figures[0].values
      let series = zip(names, row.figures).dropFirst().map { name, figures in
        // With gaps between them, the points are no line.
        let points = zip(seeds, zip(figures.values, base)).flatMap { seed, values in
          [(Double(seed), values.0 - values.1), (Double(seed), .nan)]
        }
        return Series(name: name, x: points.map(\.0), y: points.map(\.1))
      }
      let ends = [Double(seeds.lowerBound), Double(seeds.upperBound)]
      let zero = Series(name: names[0], x: ends, y: [0, 0], style: .dashed, color: .reference)
      return Plot([
        Chart(
          title: row.measure.title, xLabel: "seed", yLabel: "difference to \(names[0])",
          series: [zero] + series)
      ])
    }
  }

  private var links: HTML {
    let rows = zip(names, records).enumerated().map { entry, variant in
      let links = variant.1.map { run in
        let cell = comparisonCell(entry, variant.0, seed: run.settings.seed)
        return HTML.link(to: "runs/\(cell)/report.html", "\(run.settings.seed)").source
      }
      let list = "seed \(links.joined(separator: " "))"
      return "<tr><td>\(HTML(variant.0).source)</td><td>\(list)</td></tr>"
    }
    return .table(source: "<table><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>")
  }
}
