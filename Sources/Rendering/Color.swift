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

  static let blue = Color(0x3F90DA)
  static let amber = Color(0xFFA90E)
  static let red = Color(0xBD1F01)
  static let purple = Color(0x832DB6)
  static let brown = Color(0xA96B59)
  static let orange = Color(0xE76300)
  static let khaki = Color(0xB9AC70)
  static let cyan = Color(0x92DADD)

  /// Eight colours that readers with colour-vision deficiencies can tell apart, too, in the order in
  /// which series receive them: those of Petroff, "Accessible Color Sequences for Data Visualization"
  /// (2021), but for two greys, which are left to what is not a subject itself.
  public static let palette = [blue, amber, red, purple, brown, orange, khaki, cyan]

  /// The colour of what the subjects are measured against, such as a threshold.
  public static let reference = Color(0x717581)

  /// The colour as the web writes it: `#3F90DA`.
  public var web: String {
    let hex = [red, green, blue].reduce(0) { $0 << 8 | Int(($1 * 255).rounded()) }
    let digits = String(hex, radix: 16, uppercase: true)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The colour with as much white as makes it faint.
  var faint: Color {
    Color(red: (red + 2) / 3, green: (green + 2) / 3, blue: (blue + 2) / 3)
  }

  private init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// The colour of text, and of lines that are no subject.
  public static let ink = Color(0x222222)
  static let white = Color(0xFFFFFF)
  static let grid = Color(0xE6E6E6)
  static let frame = Color(0x777777)
}
