/// The colours of a GIF, which are taken in as they appear.
///
/// The first colours are kept as they are. The fuller the palette, the nearer a further one must be to
/// an older one to be shown as that, so that there is room left for what is really new; scenes of few
/// colours with smooth edges lose nothing that can be seen.
struct GIFPalette {
  /// The index that stands for "as before".
  static let transparent: UInt8 = 0

  /// The colours as 0xRRGGBB; that of an index is one before it, for 0 is none.
  private(set) var colors: [UInt32] = []

  /// How many colours are kept exactly whatever they are.
  private static let exactCount = 32
  private static let capacity = 255

  /// Indices of colours that were looked for, each where its hash says; one may take the place of
  /// another.
  private var keys = [UInt32](repeating: .max, count: 1 << 12)
  private var values = [UInt8](repeating: 0, count: 1 << 12)

  /// The index, from 1, under which a colour is shown.
  mutating func index(of color: UInt32) -> UInt8 {
    let slot = Int((color &* 0x9E37_79B1) >> 20)
    if keys[slot] == color { return values[slot] }
    let index = search(color)
    keys[slot] = color
    values[slot] = index
    return index
  }

  private mutating func search(_ color: UInt32) -> UInt8 {
    var (nearest, least) = (0, Int.max)
    for (index, other) in colors.enumerated() {
      let distance = Self.squaredDistance(color, other)
      if distance < least { (nearest, least) = (index, distance) }
    }
    // A distance of 2 levels beyond the exact ones, and of 29 where the palette is all but full.
    let tolerance = colors.count < Self.exactCount ? 0 : 2 + (colors.count - Self.exactCount) / 8
    if colors.count == Self.capacity || least <= tolerance * tolerance {
      return UInt8(nearest + 1)
    }
    colors.append(color)
    return UInt8(colors.count)
  }

  private static func squaredDistance(_ first: UInt32, _ second: UInt32) -> Int {
    var sum = 0
    for shift: UInt32 in [0, 8, 16] {
      let difference = Int(first >> shift & 0xFF) - Int(second >> shift & 0xFF)
      sum += difference * difference
    }
    return sum
  }
}
