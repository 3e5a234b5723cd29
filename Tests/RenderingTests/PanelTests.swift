import Foundation
import Rendering
import Testing

@Suite struct PanelTests {
  private let stroke = "stroke:rgb(0%,0%,100%)"
  private let fill = "fill:rgb(0%,0%,100%)"

  /// How many shapes a blue line through (0, y₀), (1, y₁), … has that are drawn with `style`.
  private func count(_ style: String, y: [Double], band: Series.Band? = nil) throws -> Int {
    let x = y.indices.map(Double.init)
    // Without a name, so that the legend does not count.
    let series = Series(name: "", x: x, y: y, band: band, color: Color(0x0000FF))
    let svg = String(decoding: try Figure(panels: [chart([series])]).svg(), as: UTF8.self)
    return svg.split(separator: "\n").count { $0.contains(style) }
  }

  @Test func pointsThatAreNotFiniteBreakTheLine() throws {
    #expect(try count(stroke, y: [1, 2, 3, 4, 5]) == 1)
    #expect(try count(stroke, y: [1, 2, .nan, 4, 5]) == 2)
    #expect(try count(stroke, y: [.infinity, 1, 2, -.infinity, 4, 5, .nan]) == 2)
    #expect(try count(stroke, y: [.nan, .nan]) == 0)
  }

  @Test func pointsWithoutNeighborsAreDots() throws {
    #expect(try count(fill, y: [1, 2, 3]) == 0)
    #expect(try count(fill, y: [1, .nan, 3, 4, .nan, 5]) == 2)
    #expect(try count(fill, y: [7]) == 1)
  }

  @Test func bandsBreakWhereEitherEdgeDoes() throws {
    let y = [1.0, 2, 3, 4, 5, 6]
    let low = [0.0, 1, .nan, 3, 4, 5]
    #expect(try count(fill, y: y, band: .init(low: y, high: y.map { $0 + 1 })) == 1)
    #expect(try count(fill, y: y, band: .init(low: low, high: y)) == 2)
    #expect(try count(fill, y: y, band: .init(low: y, high: low)) == 2)
    #expect(try count("fill-opacity:0.2", y: y, band: .init(low: low, high: y)) == 2)
  }
}
