import CCairo
import Files
import Foundation
import Rendering
import State
import TestSupport
import Testing

@Suite struct ImageGridTests {
  /// The pixels of a PNG as 0xRRGGBB, row by row.
  private func pixels(of png: Data) throws -> [[UInt32]] {
    var pixels: [[UInt32]] = []
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "image.png")
      try png.write(to: url)
      let surface = cairo_image_surface_create_from_png(url.path)
      defer { cairo_surface_destroy(surface) }
      try #require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
      let start = try #require(cairo_image_surface_get_data(surface))
      let stride = Int(cairo_image_surface_get_stride(surface))
      let width = Int(cairo_image_surface_get_width(surface))
      for row in 0..<Int(cairo_image_surface_get_height(surface)) {
        let line = UnsafeRawPointer(start + row * stride)
        pixels.append(
          (0..<width).map { line.load(fromByteOffset: 4 * $0, as: UInt32.self) & 0xFFFFFF })
      }
    }
    return pixels
  }

  private let white: UInt32 = 0xFFFFFF
  private let line: UInt32 = 0xE6E6E6

  @Test func drawsEachLevelAsASquare() throws {
    let grid = ImageGrid(
      columns: 1, images: [[0, 1, 0.4, 0.8, 0.2, 0.6]], width: 3, height: 2, scale: 2, gap: 0)
    let top: [UInt32] = [0xFFFFFF, 0xFFFFFF, 0x000000, 0x000000, 0x999999, 0x999999]
    let bottom: [UInt32] = [0x333333, 0x333333, 0xCCCCCC, 0xCCCCCC, 0x666666, 0x666666]
    #expect(try pixels(of: grid.png()) == [top, top, bottom, bottom])
  }

  @Test func placesImagesRowByRow() throws {
    let grid = ImageGrid(
      columns: 2, images: [[0], [1], [0.2]], width: 1, height: 1, scale: 1, gap: 1)
    #expect(
      try pixels(of: grid.png()) == [
        [line, line, line, line, line],
        [line, white, line, 0x000000, line],
        [line, line, line, line, line],
        [line, 0xCCCCCC, line, white, white],
        [line, line, line, white, white],
      ])
    let row = ImageGrid(columns: 9, images: [[0], [1]], width: 1, height: 1, scale: 3, gap: 2)
    #expect(size(of: try row.png()) == (2 + 2 * 5, 2 + 5))
  }

  @Test func mixesTheColorsGiven() throws {
    let grid = ImageGrid(
      columns: 1, images: [[1, 0.5, 0]], width: 3, height: 1, scale: 1, gap: 0,
      ink: Color(0xFF8000), paper: Color(0x000040))
    #expect(try pixels(of: grid.png()) == [[0xFF8000, 0x804020, 0x000040]])
  }

  @Test func limitsTheLevels() throws {
    let grid = ImageGrid(
      columns: 1, images: [[-1, .nan, -.infinity, 2, .infinity]], width: 5, height: 1, scale: 1,
      gap: 0)
    #expect(try pixels(of: grid.png()) == [[white, white, white, 0, 0]])
  }

  @Test func writesTheSameBytesEachTime() throws {
    let images = (0..<12).map { image in (0..<784).map { Float(($0 * image) % 256) / 255 } }
    let grid = ImageGrid(columns: 5, images: images, width: 28, height: 28)
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "samples.PNG")
      for _ in 0..<2 {
        try grid.write(to: Path(url.path))
        #expect(try Data(contentsOf: url) == grid.png())
      }
      #expect(size(of: try grid.png()) == (1 + 5 * 57, 1 + 3 * 57))
      let error = #expect(throws: Failure.self) {
        try grid.write(to: Path(folder.path).appending("samples.svg"))
      }
      #expect(
        error?.description
          == "\(folder.path)/samples.svg names no format for a grid of images; let the name end with .png"
      )
      #expect(throws: Failure.self) {
        try grid.write(to: Path(folder.path).appending("none/samples.png"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["samples.PNG"])
    }
  }

  @Test func tooLargeAGridSaysSo() {
    let grid = ImageGrid(columns: 1, images: [[1]], width: 1, height: 1, scale: 40_000)
    let error = #expect(throws: Failure.self) { try grid.png() }
    #expect(
      error?.description == "a grid of 40002 by 40002 pixels is too large for PNG here; "
        + "choose a smaller scale, fewer images or another number of columns")
  }

  @Test func refusesImagesOfAnotherSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ImageGrid(columns: 1, images: [[0, 0], [0]], width: 2, height: 1)
    }
    expectMessage("an image of 2 by 1 pixels does not have 1", of: result)
  }
}
