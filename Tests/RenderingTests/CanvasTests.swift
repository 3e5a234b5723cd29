import Foundation
import State
import Testing

@testable import Rendering

@Suite struct CanvasTests {
  @Test func textsHaveTheSameWidthEverywhere() throws {
    let formats: [Canvas.Format] = [.svg, .png(scale: 1), .png(scale: 3.7)]
    let widths = try formats.map {
      try Canvas(width: 10, height: 10, format: $0).width(of: "gradient θ̃", font: .legend)
    }
    #expect(widths[0] > 30)
    #expect(widths.allSatisfy { abs($0 - widths[0]) < 0.01 })
  }

  @Test func longTextsEndWithAnEllipsis() throws {
    let canvas = try Canvas(width: 10, height: 10, format: .svg)
    #expect(canvas.truncated("short", to: 100, font: .legend) == "short")
    let cut = canvas.truncated("a long text without an end", to: 60, font: .legend)
    #expect(cut.hasPrefix("a lo") && cut.hasSuffix("…"))
    #expect(canvas.width(of: cut, font: .legend) <= 60)
    #expect(canvas.truncated("text", to: 0, font: .legend) == "…")
  }

  @Test func onlyTheClippedPartIsSeen() throws {
    func image(clipped: Bool) throws -> Data {
      let canvas = try Canvas(width: 20, height: 20, format: .png(scale: 1))
      let outside = [Point(x: 15, y: 0), Point(x: 15, y: 20)]
      if clipped {
        canvas.clipped(to: Rectangle(x: 0, y: 0, width: 10, height: 20)) {
          canvas.stroke(outside, color: .ink, width: 2)
        }
      }
      return try canvas.encoded()
    }
    #expect(try image(clipped: true) == image(clipped: false))
  }

  @Test func refusesImagesThatAreTooLarge() {
    let error = #expect(throws: Failure.self) {
      try Canvas(width: 40_000, height: 10, format: .png(scale: 1))
    }
    #expect(
      error?.description == "an image of 40000.0 by 10.0 pixels is too large for PNG here; "
        + "choose a smaller scale, or SVG")
  }
}
