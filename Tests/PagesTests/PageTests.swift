import Files
import Foundation
import Pages
import Rendering
import Testing

@Suite struct PageTests {
  private func text(_ page: Page) -> String { String(decoding: page.contents, as: UTF8.self) }

  /// The data that the scripts read.
  private func data(_ page: Page) throws -> JSONValue {
    let text = text(page)
    let start = try #require(text.range(of: "id=\"data\">"))
    let end = try #require(text[start.upperBound...].range(of: "</script>"))
    return try JSONValue(parsing: Data(text[start.upperBound..<end.lowerBound].utf8))
  }

  @Test func scriptsInNamesAreText() throws {
    let hostile = "</script><script>alert('1')</script>\"&\u{1}\u{2028}"
    var page = Page(title: hostile)
    page.add(.paragraph(hostile))
    page.add(.code(hostile))
    page.add(.heading(hostile))
    page.add(.facts([(hostile, hostile, true)]))
    page.add(.images([(hostile, Data([1, 2, 3]))]))
    page.add(HTML.link(to: "a b/\"<x>'", hostile))
    page.add([
      Plot([
        Chart(
          title: hostile, xLabel: hostile, yLabel: hostile,
          series: [Series(name: hostile, x: [1], y: [2])])
      ])
    ])
    page.add([Replay(title: hostile, note: hostile, film: "\"frames\":[]")])
    let text = text(page)
    #expect(!text.contains("alert('1')</script>"))
    #expect(text.ranges(of: "<script").count == 4)
    #expect(text.contains("href=\"a%20b/%22%3Cx%3E%27\""))
    #expect(text.contains("src=\"data:image/png;base64,AQID\""))
    let plot = try #require(try data(page)["plots"]?.elements.first)
    #expect(plot["title"]?.text == hostile)
    #expect(try data(page)["replays"]?.elements.first?["note"]?.text == hostile)
  }

  @Test func nothingComesFromOutside() {
    let text = text(Page(title: "page"))
    for word in ["http:", "https:", "src=", "@import", "url("] { #expect(!text.contains(word)) }
    #expect(text.contains("default-src 'none'"))
  }

  @Test func linesShareTheirNumbersAndKnowGaps() throws {
    let x = [1.0, 2, 3]
    let lines = [
      Series(name: "relax", x: x, y: [0.5, .nan, 1e20 / 3]),
      Series(name: "a2c", x: x, y: [1, 2, .infinity], band: .init(low: x, high: [2, 3, 4])),
    ]
    var page = Page(title: "page")
    page.add([
      Plot(["episode", "step"].map { Chart(xLabel: $0, yLabel: "y", series: lines) })
    ])
    let data = try data(page)
    let arrays = try #require(data["arrays"]?.elements)
    #expect(arrays.count == 4)
    #expect(arrays[1].elements[1] == .null && arrays[2].elements[2] == .null)
    let axes = try #require(data["plots"]?.elements[0]["axes"]?.elements)
    #expect(axes.map { $0["label"]?.text } == ["episode", "step"])
    let series = try #require(axes[1]["series"]?.elements)
    #expect(series[0]["color"]?.text == Look.subjects["relax"]?.color.web)
    #expect(series[1]["low"] == series[1]["x"] && series[0]["low"] == .null)
  }

  @Test(arguments: [
    (0.0, "0"), (-3, "-3"), (0.123_456_789, "0.123457"), (1e-20, "1e-20"), (.nan, "null"),
    (123_456.789, "123457"), (-0.000_012_345_678, "-1.23457e-05"), (1e300, "1e+300"),
  ])
  func numbersAreShort(value: Double, text: String) {
    #expect(pageNumber(value) == text)
  }
}

extension JSONValue {
  fileprivate var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
