import Images
import TestSupport
import Testing

@testable import struct Images.IDXFile

@Suite struct ImageSetTests {
  private let pixels = (0..<24).map { UInt8($0) }

  @Test func takesRowsBeforeColumns() throws {
    let set = try ImageSet(idx: IDXFile(decoding: idx([2, 3, 4], pixels), from: "f"))
    #expect(set.count == 2 && set.width == 4 && set.height == 3 && set.pixelCount == 12)
    #expect(set.pixels == pixels)
  }

  @Test func cutsOutWholeImages() {
    let set = ImageSet(width: 2, height: 3, pixels: pixels)
    #expect(set.subset(1..<3) == ImageSet(width: 2, height: 3, pixels: Array(pixels[6..<18])))
    #expect(set.subset(0..<4) == set && set.subset(4..<4).count == 0)
  }

  @Test func refusesFilesThatHoldNoImages() {
    #expect(
      sentence { try ImageSet(idx: IDXFile(decoding: idx([24], pixels), from: "labels")) }
        == "labels has 1 dimensions instead of the 3 of a set of images; "
        + "name a file of images, such as train-images-idx3-ubyte.gz")
    for dimensions in [[0, 3, 4], [3, 0, 4], [3, 4, 0]] {
      #expect(
        sentence { try ImageSet(idx: IDXFile(decoding: idx(dimensions, []), from: "images")) }
          == "images holds no pixels: its dimensions are \(dimensions); "
          + "name a file with at least one image")
    }
  }

  @Test func refusesPartsOfImages() async {
    let part = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ImageSet(width: 5, height: 5, pixels: [1, 2, 3])
    }
    expectMessage("3 grey levels do not make images of 5 by 5 pixels", of: part)
    let range = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ImageSet(width: 1, height: 1, pixels: [1, 2, 3]).subset(2..<4)
    }
    expectMessage("there are no images 2..<4 in a set of 3", of: range)
  }
}
