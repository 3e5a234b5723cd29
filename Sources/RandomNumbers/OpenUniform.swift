extension RandomNumberGenerator {
  /// Draws a double from the uniform distribution on the open interval (0, 1).
  ///
  /// The 2⁵² values are (k + ½) · 2⁻⁵², symmetric about ½. The smallest is 2⁻⁵³, the largest
  /// 1 − 2⁻⁵³, so `log(u)` and `log1p(-u)` are finite, and at most 36.8 in size.
  @inlinable
  public mutating func openUniform() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// Draws a float from the uniform distribution on the open interval (0, 1).
  ///
  /// The 2²³ values are (k + ½) · 2⁻²³, symmetric about ½. The smallest is 2⁻²⁴, the largest
  /// 1 − 2⁻²⁴, so `log(u)` and `log1p(-u)` are finite, and at most 16.7 in size.
  @inlinable
  public mutating func openUniformFloat() -> Float {
    Self.openUniform(fromBits: UInt32(truncatingIfNeeded: next()))
  }

  /// Fills memory with floats from the uniform distribution on the open interval (0, 1).
  ///
  /// The values are those of `openUniformFloat()`, but every 64-bit draw gives two of them, its low
  /// half first. When the count is odd, the last high half is thrown away: the generator keeps no
  /// memory of it.
  ///
  /// - Parameter buffer: The memory to fill, initialized.
  @inlinable
  public mutating func fillOpenUniform(_ buffer: UnsafeMutableBufferPointer<Float>) {
    let even = buffer.count & ~1
    for index in stride(from: 0, to: even, by: 2) {
      let word = next()
      buffer[index] = Self.openUniform(fromBits: UInt32(truncatingIfNeeded: word))
      buffer[index + 1] = Self.openUniform(fromBits: UInt32(truncatingIfNeeded: word >> 32))
    }
    if even < buffer.count {
      buffer[even] = openUniformFloat()
    }
  }

  /// Returns floats from the uniform distribution on the open interval (0, 1), drawn as
  /// `fillOpenUniform(_:)` does.
  ///
  /// - Parameter count: The number of floats, zero or more.
  @inlinable
  public mutating func openUniforms(count: Int) -> [Float] {
    precondition(count >= 0, "The number of floats must not be negative; got \(count).")
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer { fillOpenUniform($0) }
    return values
  }

  @inlinable
  static func openUniform(fromBits bits: UInt32) -> Float {
    // The conversion from a signed integer is one instruction, and 23 bits fit either.
    (Float(Int32(truncatingIfNeeded: bits >> 9)) + 0.5) * 0x1p-23
  }
}

extension PCG64 {
  /// Passes over as many floats as `openUniforms(count:)` draws, whatever it takes to draw them.
  ///
  /// - Parameter count: The number of floats, zero or more.
  public mutating func skipOpenUniforms(count: Int) {
    precondition(count >= 0, "The number of floats must not be negative; got \(count).")
    skip(UInt64(count + 1) / 2)
  }
}
