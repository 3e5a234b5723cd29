import Files
import Foundation
import Rendering
import State
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct FigureTests {
  private let figure = Figure(
    panels: ["CartPole <v1> & \"more\"", "LunarLander"].map { title in
      Chart(
        title: title, xLabel: "episode", yLabel: "return",
        series: (0..<14).map { index in
          let x = (0..<50).map(Double.init)
          let y = x.map { $0 * Double(index) }
          return Series(
            name: "estimator \(index)", x: x, y: y,
            band: .init(low: y.map { $0 - 5 }, high: y.map { $0 + 5 }))
        })
    }, title: "Learning")

  @Test func sameFigureSameBytes() throws {
    #expect(try figure.svg() == figure.svg())
    #expect(try figure.png() == figure.png())
  }

  @Test func svgIsWellFormedAndNeedsNoFont() throws {
    let svg = try figure.svg()
    let (names, attributes) = try #require(elements(of: svg))
    #expect(names.first == "svg" && names.contains("path") && !names.contains("text"))
    #expect(attributes.first?["width"] == "840px")
  }

  @Test(arguments: [0.5, 1, 2, 3]) func pngHasTheSizeOfTheFigure(scale: Double) throws {
    let png = try Figure(
      panels: figure.panels, columns: 1, panelWidth: 300, panelHeight: 200
    ).png(scale: scale)
    #expect(png.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let (width, height) = size(of: png)
    #expect(width == Int(300 * scale))
    // Two panels and a legend.
    #expect((Int(400 * scale)...Int(600 * scale)).contains(height))
  }

  @Test func aLegendMakesTheFigureHigher() throws {
    func height(_ names: [String]) throws -> Int {
      let series = names.map { Series(name: $0, x: [0, 1], y: [0, 1]) }
      return size(of: try Figure(panels: [chart(series)]).png(scale: 1)).height
    }
    #expect(try height([""]) < height(["a"]))
    #expect(try height((0..<16).map { "estimator \($0)" }) > height(["a"]) + 40)
  }

  @Test(
    arguments: [
      [], [.nan, .nan, .nan], [.infinity, -.infinity, 1], [7], [5, 5, 5], [0, 0], [-1e300, 1e300],
      [.leastNonzeroMagnitude, .leastNormalMagnitude], [1e-300, 2e-300], [1e15, 1e15 + 1],
      [-.greatestFiniteMagnitude],
      [-.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0], [1, .nan, 2, .nan, 3],
    ] as [[Double]])
  func oddValuesGiveAFigure(values: [Double]) throws {
    let ascending = values.indices.map(Double.init)
    for (x, y) in [(ascending, values), (values, ascending), (values, values)] {
      for scale in [AxisScale.linear, .logarithmic] {
        for yRange in [nil, 1...1, 1e-5...2] as [ClosedRange<Double>?] {
          let series = Series(name: "odd", x: x, y: y, band: .init(low: y, high: y.map { $0 * 2 }))
          let figure = Figure(
            panels: [chart([series], yRange: yRange, scale: scale), chart([])], panelWidth: 200,
            panelHeight: 150)
          #expect(elements(of: try figure.svg()) != nil)
          #expect(size(of: try figure.png(scale: 1)).width == 400)
        }
      }
    }
  }

  @Test func namesOfAllKindsGiveAFigure() throws {
    let texts = ["", "ELBO 🎲 <&>", String(repeating: "long ", count: 500), "nul\0here", "\u{1}\n"]
    for text in texts {
      let series = Series(name: text, x: [0, 1], y: [0, 1])
      let panel = Chart(title: text, xLabel: text, yLabel: text, series: [series])
      #expect(elements(of: try Figure(panels: [panel, panel], title: text).svg()) != nil)
    }
  }

  @Test func writesTheFormatOfTheName() throws {
    try withTemporaryFolder { folder in
      for name in ["a.svg", "b.PNG"] { try figure.write(to: Path(folder.path).appending(name)) }
      #expect(try Data(contentsOf: folder.appending(path: "a.svg")) == figure.svg())
      #expect(try Data(contentsOf: folder.appending(path: "b.PNG")) == figure.png(scale: 2))

      for name in ["figure.pdf", "figure", "svg"] {
        let error = #expect(throws: Failure.self) {
          try figure.write(to: Path(folder.path).appending(name))
        }
        #expect(
          error?.description
            == "\(folder.path)/\(name) names no format for a figure; let the name end with .svg or .png"
        )
      }
      #expect(throws: Failure.self) {
        try figure.write(to: Path(folder.path).appending("none/a.svg"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
  }

  @Test func tooLargeAnImageSaysWhatToDo() {
    let error = #expect(throws: Failure.self) { try figure.png(scale: 100) }
    #expect(error?.description.contains("choose a smaller scale, or SVG") == true)
  }
}
