import RandomNumbers

extension ImageSplits {
  /// Noisy bars and stripes, which need no file: 2,000, 500 and 500 images of 16 by 16 pixels.
  ///
  /// Each image has either bars (columns) or stripes (rows), with equal probability, and each of the
  /// 16 is lit with probability ½. Lit pixels have the grey levels 240 to 255, others 0 to 15, all
  /// equally likely, so that a binarised pixel differs from its line with a probability of 3 %. The
  /// pattern is worth 17 bits (11.8 nats), the noise on 256 pixels another 34 nats.
  ///
  /// Source of the patterns: D. J. C. MacKay, "Information Theory, Inference, and Learning
  /// Algorithms" (2003), section 43.2.
  ///
  /// - Parameter seed: The same seed gives the same images.
  public static func synthetic(seed: UInt64 = 0) -> ImageSplits {
    var generator = PCG64(seed: seed)
    return ImageSplits(
      name: "synthetic",
      train: barsAndStripes(count: 2000, using: &generator),
      validation: barsAndStripes(count: 500, using: &generator),
      test: barsAndStripes(count: 500, using: &generator))
  }

  private static func barsAndStripes(count: Int, using generator: inout PCG64) -> ImageSet {
    let size = 16
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * size * size)
    for _ in 0..<count {
      let word = generator.next()
      let hasBars = word >> 63 == 1
      for row in 0..<size {
        // Four random bits for each of the row's pixels.
        let noise = generator.next()
        for column in 0..<size {
          let isLit = word >> UInt64(hasBars ? column : row) & 1 == 1
          let level = UInt8(truncatingIfNeeded: noise >> UInt64(4 * column)) & 15
          pixels.append(isLit ? 255 - level : level)
        }
      }
    }
    return ImageSet(width: size, height: size, pixels: pixels)
  }
}
