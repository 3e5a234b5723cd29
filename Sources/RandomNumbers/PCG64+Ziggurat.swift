#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension PCG64 {
  /// Draws from the standard normal distribution, the number of NumPy's
  /// `Generator.standard_normal` to the bit where the C library's `exp`, `log` and `log1p` are
  /// those of glibc.
  ///
  /// Takes one 64-bit draw nearly always and more in the other cases; `standardNormal()` always
  /// takes two.
  ///
  /// Source: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables"
  /// (2000), with 256 layers.
  public mutating func zigguratNormal() -> Double {
    let layers = Ziggurat.normal
    while true {
      let word = next()
      let layer = Int(word & 0xff)
      let isNegative = word >> 8 & 1 == 1
      let position = word >> 9 & (1 << 52 - 1)
      let size = Double(position) * layers.widths[layer]
      if position < layers.limits[layer] { return isNegative ? -size : size }
      if layer == 0 {
        // NumPy takes the sign of the tail from a bit of the position and not from the sign's.
        let tail = tailSize()
        return position >> 8 & 1 == 1 ? -tail : tail
      }
      let (low, high) = (layers.heights[layer], layers.heights[layer - 1])
      let height = (high - low) * random() + low
      if height < exp(-0.5 * size * size) { return isNegative ? -size : size }
    }
  }

  /// Draws from beyond the last layer, by two exponential numbers.
  private mutating func tailSize() -> Double {
    while true {
      let excess = -Ziggurat.inverseTail * log1p(-random())
      let height = -log1p(-random())
      if height + height > excess * excess { return Ziggurat.tail + excess }
    }
  }
}

/// The layers under the normal density exp(−x²/2), all of the same area, from the tail at 0 to the
/// top at 1, and up from the widest at 255.
private struct Ziggurat: Sendable {
  /// Where the tail begins, and 1 over it.
  static let tail = 3.6541528853610088
  static let inverseTail = 0.27366123732975828
  static let normal = Ziggurat()

  /// The width of each layer over 2⁵².
  let widths: [Double]

  /// The positions in each layer, of 2⁵², below which all of the layer lies under the density.
  let limits: [UInt64]

  /// The density at the edge of each layer.
  let heights: [Double]

  init() {
    let area = 0x1.43016a5a4372ep-8
    let positions = 0x1p52
    var edges = [Double](repeating: 0, count: 256)
    var heights = [Double](repeating: 1, count: 256)
    edges[255] = Self.tail
    heights[255] = exp(-0.5 * Self.tail * Self.tail)
    for layer in stride(from: 254, to: 0, by: -1) {
      edges[layer] = (-2 * log(area / edges[layer + 1] + heights[layer + 1])).squareRoot()
      heights[layer] = exp(-0.5 * edges[layer] * edges[layer])
      // Whoever computed NumPy's table had an exponential function that rounded this one up.
      if layer == 38 { heights[layer] = heights[layer].nextUp }
    }
    edges[0] = area / heights[255]
    limits = (0..<256).map { layer in
      let inner = layer == 0 ? Self.tail : layer == 1 ? 0 : edges[layer - 1]
      return UInt64((inner / edges[layer] * positions).rounded(.toNearestOrEven))
    }
    widths = edges.map { $0 / positions }
    self.heights = heights
  }
}
