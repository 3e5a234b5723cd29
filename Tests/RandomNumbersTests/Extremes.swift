/// A generator that returns the same word for ever, to reach the ends of a range.
struct ConstantGenerator: RandomNumberGenerator {
  var word: UInt64

  mutating func next() -> UInt64 { word }

  /// Words at which a transformation of random bits could fail.
  static let extremes: [UInt64] = [
    0, 1, .max, .max - 1, 1 << 63, 1 << 63 - 1, 0xffff_ffff, 0xffff_ffff_0000_0000,
  ]
}
