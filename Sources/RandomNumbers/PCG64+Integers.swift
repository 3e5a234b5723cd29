extension PCG64 {
  /// Draws an integer from low, …, high − 1, each with the same probability.
  ///
  /// Equals `Generator.integers(low, high)` of NumPy: ranges of up to 2³² values use 32-bit draws
  /// (and their buffered halves), larger ones 64-bit draws, and a range of one value none at all.
  ///
  /// - Parameters:
  ///   - low: The smallest value.
  ///   - high: The end of the range, above `low`; not drawn itself.
  @inlinable
  public mutating func integers(_ low: Int, _ high: Int) -> Int {
    precondition(low < high, "The range of integers is empty: low \(low), high \(high).")
    let span = UInt64(bitPattern: Int64(high &- 1 &- low))
    return low &+ Int(truncatingIfNeeded: offset(upTo: span))
  }

  /// Draws from 0, …, `span` (inclusive) with as few bits as NumPy takes for 64-bit integers.
  @inlinable
  mutating func offset(upTo span: UInt64) -> UInt64 {
    if span == 0 { return 0 }
    if span < 0xffff_ffff {
      return UInt64(bounded32(upTo: UInt32(truncatingIfNeeded: span)))
    }
    if span == 0xffff_ffff { return UInt64(nextUInt32()) }
    if span == .max { return next() }
    return bounded64(upTo: span)
  }

  /// Multiplies a 32-bit draw into the range, and rejects the draws that would favour some values.
  ///
  /// Source: D. Lemire, "Fast Random Integer Generation in an Interval" (2019).
  @inlinable
  mutating func bounded32(upTo span: UInt32) -> UInt32 {
    let count = span &+ 1
    var product = UInt64(nextUInt32()) &* UInt64(count)
    if UInt32(truncatingIfNeeded: product) < count {
      let threshold = (UInt32.max &- span) % count
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(nextUInt32()) &* UInt64(count)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// The same with 64-bit draws, for ranges of more than 2³² values.
  @inlinable
  mutating func bounded64(upTo span: UInt64) -> UInt64 {
    let count = span &+ 1
    var product = next().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (UInt64.max &- span) % count
      while product.low < threshold {
        product = next().multipliedFullWidth(by: count)
      }
    }
    return product.high
  }
}
