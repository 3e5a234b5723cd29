import Images
import RandomNumbers
import TestSupport
import Testing

@Suite struct BinarizedImagesTests {
  /// 256 copies of an image that has each grey level once.
  private let ramps = ImageSet(
    width: 16, height: 16, pixels: (0..<256).flatMap { _ in (0...255).map { UInt8($0) } })

  @Test func staticImagesNeverChange() {
    var generator = PCG64(seed: 1)
    let images = BinarizedImages(ramps, mode: .static, seed: 7)
    let batch = images.batch(0..<256, using: &generator)
    #expect(batch.count == 65_536 && batch.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(images.batch(0..<256, using: &generator) == batch)
    #expect(generator == PCG64(seed: 1))
    let again = BinarizedImages(ramps, mode: .static, seed: 7)
    #expect(again.batch(0..<256, using: &generator) == batch)
    let other = BinarizedImages(ramps, mode: .static, seed: 8)
    #expect(other.batch(0..<256, using: &generator) != batch)
    // Each copy of the same grey image was drawn on its own.
    #expect(batch[..<256] != batch[256..<512])
  }

  @Test func dynamicImagesAreDrawnAnew() {
    let images = BinarizedImages(ramps, mode: .dynamic, seed: 7)
    var (generator, same) = (PCG64(seed: 1), PCG64(seed: 1))
    let first = images.batch([3], using: &generator)
    #expect(images.batch([3], using: &generator) != first)
    #expect(images.batch([3], using: &same) == first)
    var words = PCG64(seed: 1)
    for _ in 0..<128 { _ = words.next() }
    #expect(generator == words, "an image of 256 pixels takes 64 words")
  }

  @Test func picksTheImagesAskedFor() {
    let levels: [UInt8] = [0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 0, 255, 0, 255, 0]
    let set = ImageSet(width: 5, height: 1, pixels: levels)
    var generator = PCG64(seed: 1)
    for mode in Binarization.allCases {
      let images = BinarizedImages(set, mode: mode, seed: 1)
      #expect(images.count == 3 && images.width == 5 && images.height == 1)
      let order = [9, 2, 0, 1, 2]
      #expect(
        images.batch(order[1...], using: &generator) == [
          0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0,
        ])
      #expect(images.batch([], using: &generator) == [])
    }
  }

  /// With 2¹⁵ draws a level, whose mean has a standard deviation of at most 2.8 · 10⁻³.
  @Test(arguments: Binarization.allCases)
  func levelsAreProbabilities(mode: Binarization) {
    var generator = PCG64(seed: 5)
    var sums = [Float](repeating: 0, count: 256)
    for seed in 0..<128 as Range<UInt64> {
      let images = BinarizedImages(ramps, mode: mode, seed: seed)
      let batch = images.batch(0..<256, using: &generator)
      for index in batch.indices { sums[index % 256] += batch[index] }
    }
    var squares = 0.0
    for level in 0...255 {
      let (probability, mean) = (Double(level) / 255, Double(sums[level]) / 32_768)
      let variance = probability * (1 - probability) / 32_768
      if variance == 0 {
        #expect(mean == probability)
      } else {
        let error = (mean - probability) / variance.squareRoot()
        #expect(abs(error) < 5, "level \(level): mean \(mean)")
        squares += error * error
      }
    }
    // χ² of 254 degrees of freedom: mean 254, standard deviation 22.5.
    #expect(abs(squares - 254) < 4 * 22.5, "χ² is \(squares)")
  }

  /// The four pixels of a word must not depend on each other.
  @Test func neighborsAreIndependent() {
    let grey = ImageSet(width: 9, height: 1, pixels: Array(repeating: 128, count: 9))
    let images = BinarizedImages(grey, mode: .dynamic, seed: 0)
    var generator = PCG64(seed: 3)
    let count = 20_000
    var agreements = [Int](repeating: 0, count: 81)
    for _ in 0..<count {
      let bits = images.batch([0], using: &generator)
      for first in 0..<9 {
        for second in 0..<first where bits[first] == bits[second] {
          agreements[9 * first + second] += 1
        }
      }
    }
    for first in 0..<9 {
      for second in 0..<first {
        // The standard deviation is 71.
        #expect(abs(agreements[9 * first + second] - count / 2) < 350, "\(first) and \(second)")
      }
    }
  }

  @Test func meansAreThoseOfThePixels() {
    var generator = PCG64(seed: 1)
    let fixed = BinarizedImages(ramps, mode: .static, seed: 2)
    let batch = fixed.batch(0..<256, using: &generator)
    let expected = (0..<256).map { pixel in
      (0..<256).reduce(Float(0)) { $0 + batch[$1 * 256 + pixel] } / 256
    }
    #expect(fixed.mean == expected)
    let levels = BinarizedImages(
      ImageSet(width: 2, height: 1, pixels: [0, 51, 255, 102]), mode: .dynamic, seed: 2)
    #expect(levels.mean == [0.5, 0.3])
  }

  @Test func refusesImagesThatAreNotThere() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = PCG64(seed: 1)
      let set = ImageSet(width: 1, height: 1, pixels: [1, 2])
      _ = BinarizedImages(set, mode: .static, seed: 1).batch([0, 2], using: &generator)
    }
    expectMessage("there is no image 2 in a set of 2", of: result)
  }
}
