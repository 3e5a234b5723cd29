/// An opaque colour in sRGB.
public struct Color: Hashable, Sendable {
  /// The three components, each from 0 to 1.
  public let red, green, blue: Double

  /// Creates the colour that the web writes as `#RRGGBB`: `Color(0x3F90DA)`.
  ///
  /// - Precondition: `hex` is at most `0xFFFFFF`.
  public init(_ hex: UInt32) {
    precondition(hex <= 0xFFFFFF, "a colour has 24 bits, not \(String(hex, radix: 16))")
    red = Double(hex >> 16) / 255
    green = Double(hex >> 8 & 0xFF) / 255
    blue = Double(hex & 0xFF) / 255
  }

  /// Ten colours that readers with colour-vision deficiencies can tell apart, too, in the order in
  /// which series receive them (Petroff, "Accessible Color Sequences for Data Visualization", 2021).
  public static let palette = [
    Color(0x3F90DA), Color(0xFFA90E), Color(0xBD1F01), Color(0x94A4A2), Color(0x832DB6),
    Color(0xA96B59), Color(0xE76300), Color(0xB9AC70), Color(0x717581), Color(0x92DADD),
  ]

  static let ink = Color(0x222222)
  static let white = Color(0xFFFFFF)
  static let grid = Color(0xE6E6E6)
  static let frame = Color(0x777777)
}
