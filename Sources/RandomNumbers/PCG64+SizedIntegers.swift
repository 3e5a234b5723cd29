extension PCG64 {
  /// Draws an integer from a closed range, each value with the same probability.
  ///
  /// Equals `Generator.integers(low, high, dtype:, endpoint=True)` of NumPy for the dtype of
  /// `Value`: `Int8` to `Int64` and `UInt8` to `UInt64`.
  ///
  /// - Parameter range: The values to draw from.
  @inlinable
  public mutating func integer<Value: FixedWidthInteger>(in range: ClosedRange<Value>) -> Value {
    let span = Self.span(of: range)
    if Value.bitWidth < 32 {
      var chunks = Chunks(bitWidth: UInt32(Value.bitWidth))
      let offset = chunks.offset(upTo: UInt32(span), using: &self)
      return range.lowerBound &+ Value(truncatingIfNeeded: offset)
    }
    return range.lowerBound &+ Value(truncatingIfNeeded: offset(upTo: span))
  }

  /// Draws many integers from a closed range, each value with the same probability.
  ///
  /// Equals `Generator.integers(low, high, size=count, dtype:, endpoint=True)` of NumPy. For 8-
  /// and 16-bit values this is not what as many calls of `integer(in:)` draw: here four (or two)
  /// values share one 32-bit draw, whereas a single value uses the lowest bits of one of its own.
  ///
  /// - Parameters:
  ///   - count: The number of values, zero or more.
  ///   - range: The values to draw from.
  public mutating func integers<Value: FixedWidthInteger>(
    count: Int, in range: ClosedRange<Value>
  ) -> [Value] {
    precondition(count >= 0, "The number of integers must not be negative; got \(count).")
    let span = Self.span(of: range)
    if Value.bitWidth < 32 {
      var chunks = Chunks(bitWidth: UInt32(Value.bitWidth))
      return (0..<count).map { _ in
        let offset = chunks.offset(upTo: UInt32(span), using: &self)
        return range.lowerBound &+ Value(truncatingIfNeeded: offset)
      }
    }
    return (0..<count).map { _ in
      range.lowerBound &+ Value(truncatingIfNeeded: offset(upTo: span))
    }
  }

  @inlinable
  static func span<Value: FixedWidthInteger>(of range: ClosedRange<Value>) -> UInt64 {
    precondition(
      [8, 16, 32, 64].contains(Value.bitWidth),
      "Integers of 8, 16, 32 or 64 bits can be drawn, not of \(Value.bitWidth).")
    // The difference wraps around in `Value`; its magnitude's bits are the distance.
    let mask = UInt64.max >> UInt64(64 - Value.bitWidth)
    return UInt64(truncatingIfNeeded: range.upperBound &- range.lowerBound) & mask
  }
}

/// Cuts 32-bit draws into chunks of 8 or 16 bits, lowest first.
@usableFromInline
struct Chunks {
  @usableFromInline let bitWidth: UInt32
  @usableFromInline var word: UInt32 = 0
  @usableFromInline var remaining: UInt32 = 0

  @inlinable
  init(bitWidth: UInt32) {
    self.bitWidth = bitWidth
  }

  @inlinable
  mutating func next(using generator: inout PCG64) -> UInt32 {
    if remaining == 0 {
      word = generator.nextUInt32()
      remaining = 32 / bitWidth
    } else {
      word >>= bitWidth
    }
    remaining -= 1
    return word & largest
  }

  @inlinable var largest: UInt32 { (1 << bitWidth) - 1 }

  /// Draws from 0, …, `span` (inclusive), as `PCG64.bounded32(upTo:)` does with whole draws.
  @inlinable
  mutating func offset(upTo span: UInt32, using generator: inout PCG64) -> UInt32 {
    if span == 0 { return 0 }
    let count = span + 1
    var product = next(using: &generator) * count
    if product & largest < count {
      let threshold = (largest - span) % count
      while product & largest < threshold {
        product = next(using: &generator) * count
      }
    }
    return product >> bitWidth
  }
}
