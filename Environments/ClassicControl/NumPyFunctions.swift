// Functions that the environments need as NumPy computes them, where a plain Swift expression
// differs in the last bit.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// x², rounded as `pow` of the C library rounds it, which is what NumPy calls for a single number.
///
/// About one result in a thousand is not x · x.
func squared(_ x: Double) -> Double { power(x, 2) }

/// x² of a single-precision number, as `powf` rounds it.
func squared(_ x: Float) -> Float { power(x, 2) }

// Where the optimiser sees that the exponent is 2 it multiplies instead. It cannot see it in a
// function that it does not inline and whose callers it does not know all.
@usableFromInline
@inline(never)
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

@usableFromInline
@inline(never)
func power(_ base: Float, _ exponent: Float) -> Float { powf(base, exponent) }

/// The sine of a single-precision angle in radians, as NumPy computes it on processors with fused
/// multiply-add; `sinf` of the C library often differs.
func numPySine(_ angle: Float) -> Float {
  guard abs(angle) <= 117_435.992 else { return sinf(angle) }
  let reduced = ReducedAngle(angle)
  return reduced.sine(atQuarter: reduced.quarterTurns)
}

/// The cosine of a single-precision angle in radians, as `numPySine` computes sines.
func numPyCosine(_ angle: Float) -> Float {
  guard abs(angle) <= 71_476.0625 else { return cosf(angle) }
  let reduced = ReducedAngle(angle)
  return reduced.sine(atQuarter: reduced.quarterTurns + 1)
}

/// An angle as a number of quarter turns and a rest of at most an eighth of a turn, after
/// W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980).
///
/// The constants are NumPy's, for they decide the last bit: π/2 in three parts, of which the first
/// two have trailing zeros, and minimax polynomials.
private struct ReducedAngle {
  let quarterTurns: Int
  let rest: Float

  init(_ angle: Float) {
    // The sum has no bits for fractions: this rounds to an integer, and the product is not rounded
    // before.
    let shift: Float = 0x1.8p+23
    let turns = shift.addingProduct(angle, 0x1.45f306p-1) - shift
    quarterTurns = Int(turns)
    rest =
      angle
      .addingProduct(turns, -0x1.921fb0p+0)
      .addingProduct(turns, -0x1.5110b4p-22)
      .addingProduct(turns, -0x1.846988p-48)
  }

  /// The sine of the rest after so many quarter turns.
  func sine(atQuarter quarter: Int) -> Float {
    let magnitude = quarter & 1 == 0 ? sine : cosine
    return quarter & 2 == 0 ? magnitude : -magnitude
  }

  private var sine: Float {
    let square = rest * rest
    var series: Float = 0x1.7d3bbcp-19
    series = Float(-0x1.a06bbap-13).addingProduct(series, square)
    series = Float(0x1.11119ap-7).addingProduct(series, square)
    series = Float(-0x1.555556p-3).addingProduct(series, square)
    return rest.addingProduct(series * square, rest)
  }

  private var cosine: Float {
    let square = rest * rest
    var series: Float = 0x1.98e616p-16
    series = Float(-0x1.6c06dcp-10).addingProduct(series, square)
    series = Float(0x1.55553cp-5).addingProduct(series, square)
    series = Float(-0.5).addingProduct(series, square)
    return Float(1).addingProduct(series, square)
  }
}
