import Foundation
import Rendering
import Testing

@Suite struct RasterTests {
  private func pixels(of raster: Raster) -> [UInt32] {
    raster.withPixels { $0.map { $0 & 0xFFFFFF } }
  }

  @Test func pngsAreOfOneMoment() throws {
    let raster = try Raster(width: 30, height: 20)
    let before = try raster.png()
    raster.fill([[0, 0], [30, 0], [30, 20]], color: Color(0x3F90DA))
    let after = try raster.png()
    #expect(size(of: before) == (30, 20) && size(of: after) == (30, 20) && before != after)
    raster.clear(Color(0xFFFFFF))
    #expect(try raster.png() == before)
  }

  @Test func whatIsNotFiniteIsNotDrawn() throws {
    let raster = try Raster(width: 30, height: 20)
    let before = pixels(of: raster)
    let color = Color(0x000000)
    raster.fill([[0, 0], [.nan, 0], [30, 20]], color: color)
    raster.stroke([[0, 0], [.infinity, 3]], color: color, width: 1)
    raster.fillDisc(at: [1, .nan], radius: 3, color: color)
    raster.fillDisc(at: [1, 1], radius: .nan, color: color)
    raster.write("text", at: [.nan, 1], size: 10, color: color)
    #expect(pixels(of: raster) == before)
    raster.fill([[0, 0], [1e300, 0], [1e300, 1e300], [0, 1e300]], color: color)
    #expect(pixels(of: raster).allSatisfy { $0 == 0 })
  }

  /// Wherever a level or upright line lies, it covers whole pixels.
  @Test(arguments: [7, 7.3, 7.5, 7.9])
  func levelLinesAreSharp(place: Double) throws {
    let lines: [[SIMD2<Double>]] = [[[0, place], [16, place]], [[place, 0], [place, 16]]]
    for line in lines {
      for width in [0.4, 1, 2] {
        let raster = try Raster(width: 16, height: 16)
        raster.stroke(line, color: Color(0x000000), width: width)
        let dark = pixels(of: raster).count { $0 == 0 }
        #expect(dark == (width == 2 ? 32 : 16))
        #expect(pixels(of: raster).allSatisfy { $0 == 0 || $0 == 0xFFFFFF })
      }
    }
  }
}
