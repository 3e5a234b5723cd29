import Foundation
import Testing

@testable import Rendering

/// What a terminal shows of curves and images.
@Suite struct TerminalTests {
  private func lines(_ x: [Double], _ y: [Double], columns: Int, rows: Int) -> [String] {
    TerminalChart(title: "returns", x: x, y: y) { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }
      .lines(columns: columns, rows: rows)
  }

  @Test func aCurveIsDrawnInDots() {
    // Down from the top left corner to the bottom right one.
    #expect(
      lines([1, 2], [10, 5], columns: 16, rows: 4) == [
        "returns         ", "10 \(dots(inRow: 0))", " 5 \(dots(inRow: 1))", "   1           2",
      ])
  }

  /// A row of the line from corner to corner of 26 by 8 dots.
  private func dots(inRow row: Int) -> String {
    (0..<13).map { column in
      var bits: UInt32 = 0
      for x in 2 * column...2 * column + 1 {
        let y = Int((Double(x) / 25 * 7).rounded())
        guard y / 4 == row else { continue }
        let left: [UInt32] = [0, 1, 2, 6]
        let right: [UInt32] = [3, 4, 5, 7]
        bits |= 1 << (x % 2 == 0 ? left : right)[y % 4]
      }
      return String(Character(Unicode.Scalar(0x2800 + bits) ?? " "))
    }.joined()
  }

  @Test func aCurveHasItsSizeWhateverItsNumbers() {
    let trials: [([Double], [Double])] = [
      ([], []), ([1], [3]), ([1, 2, 3], [.nan, .nan, .nan]), ([1, 2, 3], [4, .nan, 1e300]),
      ([5, 5], [2, 2]), ([.nan, 2], [1, 2]), ([1, 2], [-1.7e308, 1.7e308]),
      ([1, 2], [-123_456_789, 123_456_789]),
    ]
    for (x, y) in trials {
      for (columns, rows) in [(16, 3), (40, 9)] {
        let lines = lines(x, y, columns: columns, rows: rows)
        #expect(lines.count == rows && lines.allSatisfy { $0.count == columns }, "\(y)")
      }
    }
    // A gap parts the curve.
    func marks(_ y: [Double]) -> Int {
      lines([1, 2, 3], y, columns: 20, rows: 3)[1].count { !" 0\u{2800}".contains($0) }
    }
    #expect(marks([0, 0, 0]) == 18 && marks([0, .nan, 0]) == 2)
  }

  @Test func anImageBecomesCharacters() throws {
    let raster = try Raster(width: 2, height: 4)
    raster.clear(Color(0x000000))
    raster.fill([[0, 0], [2, 0], [2, 1], [0, 1]], color: Color(0xFF0000))
    raster.fill([[1, 3], [2, 3], [2, 4], [1, 4]], color: Color(0xFFFFFF))
    #expect(
      raster.characters(.all) == [
        "\u{1b}[38;2;255;0;0;48;2;0;0;0m▀▀\u{1b}[0m",
        "\u{1b}[38;2;0;0;0;48;2;0;0;0m▀\u{1b}[38;2;0;0;0;48;2;255;255;255m▀\u{1b}[0m",
      ])
    #expect(raster.characters(.cube)[0] == "\u{1b}[38;5;196;48;5;16m▀▀\u{1b}[0m")
    #expect(raster.characters(.none) == ["..", " ="])
  }

  @Test func anImageIsSentInParts() throws {
    let raster = try Raster(width: 64, height: 64)
    for index in 0..<400 {
      raster.fillDisc(
        at: [Double(index * 37 % 64), Double(index * 53 % 64)], radius: 3,
        color: Color(UInt32(index * 40_503 % 0xFFFFFF)))
    }
    let text = try raster.kittyImage(columns: 8, rows: 4)
    let parts = text.split(separator: "\u{1b}\\").map { $0.split(separator: ";") }
    try #require(parts.count > 1)
    #expect(parts[0][0].hasPrefix("\u{1b}_Ga=T,f=100,") && parts[0][0].hasSuffix("c=8,r=4,m=1"))
    #expect(
      parts.dropFirst().dropLast().allSatisfy { $0[0] == "\u{1b}_Gm=1" && $0[1].count == 4096 })
    #expect(parts.last?[0] == "\u{1b}_Gm=0")
    let data = try #require(Data(base64Encoded: parts.map { String($0[1]) }.joined()))
    #expect(try data == raster.png())
  }
}
