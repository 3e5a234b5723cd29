import Images
import Testing

@Suite struct ImageSplitsSyntheticTests {
  private let splits = ImageSplits.synthetic()

  @Test func hasTheSizesItPromises() {
    #expect(splits.name == "synthetic")
    #expect([splits.train, splits.validation, splits.test].map(\.count) == [2000, 500, 500])
    #expect(splits.train.width == 16 && splits.train.height == 16)
  }

  @Test func isTheSameForTheSameSeedOnly() {
    #expect(ImageSplits.synthetic(seed: 0) == splits)
    #expect(ImageSplits.synthetic(seed: 1).train != splits.train)
    #expect(splits.validation != splits.test)
  }

  @Test func showsBarsOrStripes() {
    let images = splits.train
    var (bars, stripes, lit) = (0, 0, 0)
    var levels: Set<UInt8> = []
    for index in 0..<images.count {
      let pixels = images.subset(index..<index + 1).pixels
      levels.formUnion(pixels)
      let isLit = pixels.map { $0 > 127 }
      lit += isLit.count { $0 }
      let areColumnsEven = isLit.indices.allSatisfy { isLit[$0] == isLit[$0 % 16] }
      let areRowsEven = isLit.indices.allSatisfy { isLit[$0] == isLit[$0 - $0 % 16] }
      #expect(areColumnsEven || areRowsEven)
      bars += areColumnsEven ? 1 : 0
      stripes += areRowsEven ? 1 : 0
    }
    #expect(levels == Set(0...15).union(240...255))
    // Means of 1000 and 256,000 with standard deviations of 22 and 2,900 (pixels of a line agree).
    #expect(abs(bars - 1000) < 100 && abs(stripes - 1000) < 100)
    #expect(abs(lit - 256_000) < 13_000)
  }
}
