import Testing

@testable import Rendering

@Suite struct LegendTests {
  private func height(of names: [String], width: Double) throws -> Double {
    let entries = names.map {
      LegendEntry(
        name: $0, look: Look.assigned(to: [""])[0], hasBand: false)
    }
    let ruler = try Canvas(width: 1, height: 1, format: .svg)
    return Legend(entries, width: width, ruler: ruler).height
  }

  @Test func growsByRowsOnlyWhereTheWidthEnds() throws {
    #expect(try height(of: [], width: 400) == 0)
    let row = try height(of: ["relax"], width: 400)
    #expect(try height(of: ["relax", "a2c", "rebar"], width: 400) == row)
    let names = (0..<16).map { "estimator \($0)" }
    #expect(try height(of: names, width: 4000) == row)
    let two = try height(of: names, width: 1200)
    #expect(two > row)
    #expect(try height(of: names, width: 10) == row + 15 * (two - row))
  }
}
