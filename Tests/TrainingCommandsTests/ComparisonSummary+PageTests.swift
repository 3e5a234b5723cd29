import Foundation
import Testing

@testable import TrainingCommands

@Suite struct ComparisonSummaryPageTests {
  @Test func holdsEverythingItself() throws {
    let figure = "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"><rect/></svg>\n"
    let page = try sampleSummary().html(command: "train-agent 'a < b'", figure: figure)
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    #expect(page.contains("\n<svg xmlns=\"x\"><rect/></svg>\n"))
    #expect(!page.contains("<?xml"))
    #expect(page.contains("<pre>train-agent 'a &lt; b'</pre>"))
    #expect(page.contains("<td>relax</td><td class=\"number\">+95.0</td>"))
    #expect(page.contains("<h2>Differences to a2c, seed by seed</h2>"))
    for word in ["<script", "src=", "href=", "http"] { #expect(!page.contains(word)) }
  }

  @Test func everyElementIsClosed() throws {
    let page = try sampleSummary().html(command: "train-agent", figure: "<svg></svg>")
    for tag in [
      "html", "head", "body", "style", "h1", "h2", "table", "tr", "td", "p", "pre", "svg",
    ] {
      let opened = page.matches(of: try Regex("<\(tag)[ >]")).count
      #expect(opened > 0 && opened == page.ranges(of: "</\(tag)>").count, "\(tag)")
    }
  }
}
