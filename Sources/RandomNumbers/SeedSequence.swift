/// Turns a seed of any length into well-mixed state words, as NumPy's `SeedSequence` does.
///
/// Seeds that people choose (0, 1, 2, …) differ in few bits. Feeding them to a generator directly
/// would start the streams of neighbouring seeds close to each other. The sequence hashes the seed
/// into a pool of four 32-bit words first, so that every bit of the seed reaches every bit of the
/// output; the words agree with NumPy's to the bit.
///
/// Children made by `spawn(_:)` carry the position of their birth in `spawnKey`, which makes their
/// outputs independent of the parent's and of each other's.
///
/// Source: M. E. O'Neill, "Developing a seed_seq alternative" (2015), in the form NumPy uses
/// (`numpy.random.SeedSequence`, pool size 4).
public struct SeedSequence: Sendable, Hashable {
  /// The 32-bit words of the seed, least significant first.
  public let entropy: [UInt32]

  /// The words that tell this sequence from others with the same entropy; empty for a root.
  public let spawnKey: [UInt32]

  /// The number of children that `spawn(_:)` has made so far.
  public private(set) var spawnedChildCount = 0

  /// The four words that all outputs are derived from.
  public let pool: SIMD4<UInt32>

  /// Makes a sequence from the words of a seed.
  ///
  /// - Parameters:
  ///   - entropy: The words of the seed, least significant first; any number of them.
  ///   - spawnKey: The words appended to tell this sequence from its relatives.
  public init(entropy: [UInt32], spawnKey: [UInt32] = []) {
    self.entropy = entropy
    self.spawnKey = spawnKey
    pool = Self.mixedPool(entropy: entropy, spawnKey: spawnKey)
  }

  /// Makes a sequence from a non-negative integer of any width.
  ///
  /// - Parameters:
  ///   - seed: The seed; must not be negative.
  ///   - spawnKey: The words appended to tell this sequence from its relatives.
  public init(_ seed: some BinaryInteger, spawnKey: [UInt32] = []) {
    precondition(seed >= 0, "A seed must not be negative; got \(seed).")
    var words: [UInt32] = []
    var rest = seed.magnitude
    repeat {
      words.append(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    } while rest != 0
    self.init(entropy: words, spawnKey: spawnKey)
  }

  /// Returns the first `count` 32-bit output words; the same words at every call.
  ///
  /// - Parameter count: The number of words, zero or more.
  public func generateState(count: Int) -> [UInt32] {
    precondition(count >= 0, "The number of words must not be negative; got \(count).")
    var multiplier: UInt32 = 0x8b51_f9dd
    return (0..<count).map { index in
      var word = pool[index % 4] ^ multiplier
      multiplier &*= 0x58f3_8ded
      word &*= multiplier
      return word ^ (word >> 16)
    }
  }

  /// Returns the first `count` 64-bit output words, each made of two 32-bit words, low half first.
  ///
  /// - Parameter count: The number of words, zero or more.
  public func generateState64(count: Int) -> [UInt64] {
    let halves = generateState(count: 2 * count)
    return (0..<count).map { UInt64(halves[2 * $0]) | UInt64(halves[2 * $0 + 1]) << 32 }
  }

  /// Makes the next `count` children, and remembers that these have been born.
  ///
  /// - Parameter count: The number of children, zero or more.
  /// - Returns: Sequences whose `spawnKey` is this one's, followed by the child's number.
  public mutating func spawn(_ count: Int) -> [SeedSequence] {
    precondition(count >= 0, "The number of children must not be negative; got \(count).")
    let first = spawnedChildCount
    spawnedChildCount += count
    return (first..<spawnedChildCount).map(child)
  }

  /// Returns the child of the given number, which `spawn(_:)` would make as its `index`-th.
  ///
  /// - Parameter index: The child's number, counted from zero, below 2³².
  public func child(_ index: Int) -> SeedSequence {
    guard let word = UInt32(exactly: index) else {
      preconditionFailure("A child's number must be in 0..<2^32; got \(index).")
    }
    return SeedSequence(entropy: entropy, spawnKey: spawnKey + [word])
  }
}

extension SeedSequence {
  private static func mixedPool(entropy: [UInt32], spawnKey: [UInt32]) -> SIMD4<UInt32> {
    var words = entropy
    if !spawnKey.isEmpty {
      // Without the padding, a short seed with a key would equal a longer seed without one.
      words += Array(repeating: 0, count: max(0, 4 - words.count))
      words += spawnKey
    }

    var multiplier: UInt32 = 0x43b0_d7e5
    func hash(_ word: UInt32) -> UInt32 {
      var hashed = word ^ multiplier
      multiplier &*= 0x931e_8875
      hashed &*= multiplier
      return hashed ^ (hashed >> 16)
    }
    func mix(_ left: UInt32, _ right: UInt32) -> UInt32 {
      let mixed = 0xca01_f9dd &* left &- 0x4973_f715 &* right
      return mixed ^ (mixed >> 16)
    }

    var pool = SIMD4<UInt32>()
    for index in 0..<4 {
      pool[index] = hash(index < words.count ? words[index] : 0)
    }
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        pool[target] = mix(pool[target], hash(pool[source]))
      }
    }
    for word in words.dropFirst(4) {
      for target in 0..<4 {
        pool[target] = mix(pool[target], hash(word))
      }
    }
    return pool
  }
}
