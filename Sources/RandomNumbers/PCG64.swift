/// The generator of NumPy's `default_rng`, equal to it to the bit: PCG XSL-RR 128/64.
///
/// A value type: a copy continues on its own, from the same place. Two generators are equal when
/// all their future draws are.
///
/// The raw draws (`next()`, `nextUInt32()`), the doubles and floats, and the bounded integers agree
/// with `numpy.random.Generator(PCG64(seed))`. NumPy promises to keep the raw stream for ever, the
/// methods built on it only until it finds better ones; the fixtures of the tests name the NumPy
/// version they were made with.
///
/// Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
/// Algorithms for Random Number Generation" (2014), section 6.3.3.
public struct PCG64: RandomNumberGenerator, Sendable, Hashable {
  @usableFromInline var currentState: UInt128
  @usableFromInline var heldHalf: UInt32?

  /// The increment of the linear congruential step, always odd; it selects the stream.
  public let increment: UInt128

  /// The state of the linear congruential step.
  @inlinable public var state: UInt128 { currentState }

  /// The high half of a 64-bit draw of which `nextUInt32()` has returned only the low half so far.
  @inlinable public var bufferedHalf: UInt32? { heldHalf }

  // Computed, so that callers in other modules see a constant and not an access to a global.
  @inlinable static var multiplier: UInt128 { 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645 }

  /// Makes the generator of `numpy.random.default_rng(seed)`.
  ///
  /// - Parameter seed: The seed; any value is as good as any other.
  public init(seed: UInt64) {
    self.init(SeedSequence(seed))
  }

  /// Makes the generator that a seed sequence leads to.
  ///
  /// - Parameter sequence: The source of state and increment.
  public init(_ sequence: SeedSequence) {
    let words = sequence.generateState64(count: 4).map { UInt128($0) }
    let increment = (words[2] << 64 | words[3]) << 1 | 1
    // One step from state 0 leaves the increment; add the seed; step again.
    let start = (words[0] << 64 | words[1]) &+ increment
    self.init(
      state: start &* Self.multiplier &+ increment, increment: increment, bufferedHalf: nil)
  }

  /// Makes a generator that continues from a state saved earlier.
  ///
  /// - Parameters:
  ///   - state: The state of the linear congruential step.
  ///   - increment: The increment of the step; must be odd.
  ///   - bufferedHalf: The half that the next `nextUInt32()` returns, or `nil`.
  public init(state: UInt128, increment: UInt128, bufferedHalf: UInt32?) {
    precondition(increment & 1 == 1, "The increment must be odd; got \(increment).")
    currentState = state
    self.increment = increment
    heldHalf = bufferedHalf
  }

  /// Draws 64 bits. Leaves the buffered half of `nextUInt32()` alone.
  @inlinable
  public mutating func next() -> UInt64 {
    currentState = currentState &* Self.multiplier &+ increment
    let high = UInt64(truncatingIfNeeded: currentState >> 64)
    let folded = high ^ UInt64(truncatingIfNeeded: currentState)
    let rotation = high >> 58
    return folded &>> rotation | folded &<< (0 &- rotation)
  }

  /// Passes over draws of 64 bits, in time that grows with the logarithm of their number. Leaves the buffered
  /// half of `nextUInt32()` alone.
  ///
  /// Source: F. Brown, "Random Number Generation with Arbitrary Strides", Transactions of the American
  /// Nuclear Society 71 (1994).
  ///
  /// - Parameter count: How many draws.
  public mutating func skip(_ count: UInt64) {
    // A step is s ← a s + c; two of them are a² s + (a + 1) c, and so on.
    var (factor, offset, rest) = (Self.multiplier, increment, count)
    while rest > 0 {
      if rest & 1 == 1 { currentState = currentState &* factor &+ offset }
      offset = (factor &+ 1) &* offset
      factor = factor &* factor
      rest >>= 1
    }
  }

  /// Draws 32 bits: the low half of a 64-bit draw, and at the call after that its high half.
  @inlinable
  public mutating func nextUInt32() -> UInt32 {
    if let half = heldHalf {
      heldHalf = nil
      return half
    }
    let word = next()
    heldHalf = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// Draws from the uniform distribution on [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func random() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Draws from the uniform distribution on [0, 1), a multiple of 2⁻²⁴, from half a 64-bit draw.
  @inlinable
  public mutating func randomFloat() -> Float {
    Float(nextUInt32() >> 8) * 0x1p-24
  }

  /// Draws from the uniform distribution on [low, high).
  ///
  /// - Parameters:
  ///   - low: The lower bound.
  ///   - high: The upper bound; rounding can make a draw equal to it.
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random()
  }
}
