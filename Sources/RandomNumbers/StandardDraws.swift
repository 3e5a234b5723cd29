#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// All draws below are transformed open uniforms. None is infinite or NaN whatever bits the
// generator returns, and each takes a fixed number of 64-bit draws. They are this library's own:
// NumPy's ziggurat methods give other numbers from the same generator. For its normal ones there is
// `PCG64.zigguratNormal()`.
extension RandomNumberGenerator {
  /// Draws two independent numbers from the standard normal distribution, from two 64-bit draws.
  ///
  /// No number is larger than 8.6 in size.
  ///
  /// Source: G. E. P. Box and M. E. Muller, "A Note on the Generation of Random Normal Deviates"
  /// (1958).
  @inlinable
  public mutating func standardNormalPair() -> (Double, Double) {
    let radius = (2 * standardExponential()).squareRoot()
    let angle = 2 * Double.pi * openUniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Draws from the standard normal distribution, from two 64-bit draws.
  ///
  /// Keeps the first number of `standardNormalPair()`. The second is thrown away and not kept for
  /// the next call, so that the generator's state alone decides what follows.
  @inlinable
  public mutating func standardNormal() -> Double {
    standardNormalPair().0
  }

  /// Fills memory with floats from the standard normal distribution, two from each
  /// `standardNormalPair()`.
  ///
  /// - Parameter buffer: The memory to fill, initialized.
  @inlinable
  public mutating func fillStandardNormal(_ buffer: UnsafeMutableBufferPointer<Float>) {
    let even = buffer.count & ~1
    for index in stride(from: 0, to: even, by: 2) {
      let (first, second) = standardNormalPair()
      buffer[index] = Float(first)
      buffer[index + 1] = Float(second)
    }
    if even < buffer.count {
      buffer[even] = Float(standardNormal())
    }
  }

  /// Draws from the exponential distribution of mean 1, from one 64-bit draw.
  ///
  /// The number, −log u with u from `openUniform()`, lies between 1.1 · 10⁻¹⁶ and 36.8.
  @inlinable
  public mutating func standardExponential() -> Double {
    -log(openUniform())
  }

  /// Draws from the standard Gumbel distribution, whose mean is Euler's constant, from one 64-bit
  /// draw.
  ///
  /// The number, −log(−log u) with u from `openUniform()`, lies between −3.7 and 36.8.
  @inlinable
  public mutating func standardGumbel() -> Double {
    -log(standardExponential())
  }

  /// Draws from the standard logistic distribution, of mean 0 and variance π²/3, from one 64-bit
  /// draw.
  ///
  /// The number, log u − log(1 − u) with u from `openUniform()`, is at most 36.8 in size.
  @inlinable
  public mutating func standardLogistic() -> Double {
    let level = openUniform()
    return log(level) - log1p(-level)
  }
}
