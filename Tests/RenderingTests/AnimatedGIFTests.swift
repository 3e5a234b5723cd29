import CGIF
import Files
import Foundation
import Rendering
import State
import Testing

@Suite struct AnimatedGIFTests {
  /// A frame as a reader shows it: all pixels as 0xRRGGBB, and for how long.
  struct Frame: Equatable {
    var pixels: [UInt32]
    var centiseconds: Int
    /// How many pixels it brings along.
    var area: Int
  }

  /// Reads a GIF by libgif and puts its frames on top of each other.
  private func frames(of data: Data, width: Int, height: Int) throws -> [Frame] {
    var frames: [Frame] = []
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "film.gif")
      try data.write(to: url)
      var code: Int32 = 0
      let file = try #require(DGifOpenFileName(url.path, &code))
      defer { DGifCloseFile(file, nil) }
      try #require(DGifSlurp(file) == GIF_OK)
      #expect(file.pointee.SWidth == width && file.pointee.SHeight == height)
      var pixels = [UInt32](repeating: 0, count: width * height)
      for index in 0..<Int(file.pointee.ImageCount) {
        var control = GraphicsControlBlock()
        try #require(DGifSavedExtensionToGCB(file, Int32(index), &control) == GIF_OK)
        let image = file.pointee.SavedImages[index]
        let place = image.ImageDesc
        let (columns, rows) = (Int(place.Width), Int(place.Height))
        for offset in 0..<columns * rows where image.RasterBits[offset] != control.TransparentColor
        {
          let color = file.pointee.SColorMap.pointee.Colors[Int(image.RasterBits[offset])]
          let x = Int(place.Left) + offset % columns
          let y = Int(place.Top) + offset / columns
          pixels[y * width + x] =
            UInt32(color.Red) << 16 | UInt32(color.Green) << 8 | UInt32(color.Blue)
        }
        frames.append(
          Frame(pixels: pixels, centiseconds: Int(control.DelayTime), area: columns * rows))
      }
    }
    return frames
  }

  private func pixels(of raster: Raster) -> [UInt32] {
    raster.withPixels { $0.map { $0 & 0xFFFFFF } }
  }

  @Test func readersShowWhatWasDrawn() throws {
    let film = try AnimatedGIF(width: 60, height: 40)
    let raster = try Raster(width: 60, height: 40)
    var shown: [[UInt32]] = []
    for step in 0..<12 {
      raster.clear(Color(0x102030))
      raster.fillDisc(at: [5 + 4 * Double(step), 20.3], radius: 4.6, color: Color(0xFFA90E))
      try film.add(raster, centiseconds: 2 + step % 3)
      shown.append(pixels(of: raster))
    }
    let frames = try frames(of: film.encoded(), width: 60, height: 40)
    #expect(film.frameCount == 12 && frames.count == 12)
    let differing = zip(frames, shown).enumerated().filter { $1.0.pixels != $1.1 }.map(\.offset)
    #expect(differing.isEmpty)
    #expect(frames.map(\.centiseconds) == (0..<12).map { 2 + $0 % 3 })
    // Only what has changed is in the later ones.
    #expect(frames[0].area == 2400 && frames.dropFirst().allSatisfy { $0.area < 200 })
  }

  @Test func anImageThatIsTheSameIsAFrame() throws {
    let film = try AnimatedGIF(width: 20, height: 20)
    let raster = try Raster(width: 20, height: 20)
    for _ in 0..<3 { try film.add(raster, centiseconds: 4) }
    let frames = try frames(of: film.encoded(), width: 20, height: 20)
    #expect(frames.map(\.area) == [400, 1, 1])
    #expect(frames.allSatisfy { $0.pixels == Array(repeating: 0xFFFFFF, count: 400) })
    #expect(try film.encoded() == film.encoded())
  }

  @Test func itStartsOverForEver() throws {
    let film = try AnimatedGIF(width: 16, height: 16)
    try film.add(Raster(width: 16, height: 16), centiseconds: 10)
    let data = try film.encoded()
    #expect(data.starts(with: Data("GIF89a".utf8)) && data.last == 0x3B)
    #expect(data.firstRange(of: Data("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]) != nil)
  }

  /// 1,024 colours do not fit, but each is shown as one that is near.
  @Test func tooManyColorsAreShownAsNearOnes() throws {
    let raster = try Raster(width: 32, height: 32)
    for index in 0..<1024 {
      let (x, y) = (Double(index % 32), Double(index / 32))
      let color = UInt32(index % 32 * 8) << 16 | UInt32(index / 32 * 8)
      raster.fill([[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]], color: Color(color))
    }
    let film = try AnimatedGIF(width: 32, height: 32)
    try film.add(raster, centiseconds: 2)
    let frame = try #require(try frames(of: film.encoded(), width: 32, height: 32).first)
    #expect((100...255).contains(Set(frame.pixels).count))
    var greatestError = 0
    for (shown, drawn) in zip(frame.pixels, pixels(of: raster)) {
      for shift: UInt32 in [0, 8, 16] {
        let (shown, drawn) = (Int(shown >> shift & 0xFF), Int(drawn >> shift & 0xFF))
        greatestError = max(greatestError, abs(shown - drawn))
      }
    }
    #expect(greatestError <= 24)
  }
}
