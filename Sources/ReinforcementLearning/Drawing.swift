/// What there is to see at one moment: shapes in the coordinates of a world, and the part of it that
/// is in view.
///
/// A drawing is plain data and knows neither pixels nor a library that makes them. Lengths are in the
/// world's units and y grows upwards; later shapes cover earlier ones.
///
/// ```swift
/// var drawing = Drawing(x: 0...10, y: -1...1)
/// drawing.stroke([[0, 0], [10, 0]], color: .black, width: 0.02)
/// drawing.fillDisc(at: [position, 0], radius: 0.2, color: Drawing.Color(0xCC4D4D))
/// ```
public struct Drawing: Sendable, Equatable {
  /// An sRGB colour.
  public struct Color: Sendable, Hashable {
    /// The colour as `0xRRGGBB`.
    public var hex: UInt32

    /// How much of what is beneath it covers, from 0 to 1.
    public var opacity: Double

    /// Creates the colour that the web writes as `#RRGGBB`.
    ///
    /// - Precondition: `hex` is at most `0xFFFFFF`, and the opacity from 0 to 1.
    public init(_ hex: UInt32, opacity: Double = 1) {
      precondition(hex <= 0xFFFFFF, "A colour has 24 bits, not \(String(hex, radix: 16)).")
      precondition((0...1).contains(opacity), "An opacity is from 0 to 1, not \(opacity).")
      self.hex = hex
      self.opacity = opacity
    }

    /// Creates an opaque colour from components of 0 to 255; others count as the nearest of these.
    public init(red: Int, green: Int, blue: Int) {
      let components = [red, green, blue].map { UInt32(min(max($0, 0), 255)) }
      self.init(components.reduce(0) { $0 << 8 | $1 })
    }

    /// No light at all.
    public static let black = Color(0x000000)

    /// All the light there is.
    public static let white = Color(0xFFFFFF)
  }

  /// Something drawn.
  public enum Shape: Sendable, Equatable {
    /// The area within a closed line through `corners`.
    case polygon(corners: [SIMD2<Double>], color: Color)

    /// A line through `points`, back to the first one if it is closed.
    case line(points: [SIMD2<Double>], isClosed: Bool, color: Color, width: Double)

    /// The area within a circle.
    case disc(center: SIMD2<Double>, radius: Double, color: Color)

    /// Words whose base line has its middle at `place`; `height` is the size of the font.
    case text(String, place: SIMD2<Double>, height: Double, color: Color)
  }

  /// The part of the world that is in view, from left to right and from bottom to top.
  public var x, y: ClosedRange<Double>

  /// What is where no shape is.
  public var background: Color

  /// The shapes from the lowest to the topmost.
  public var shapes: [Shape] = []

  /// Creates a drawing without shapes.
  ///
  /// - Precondition: The ranges have lengths above 0.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>, background: Color = .white) {
    precondition(
      x.lowerBound < x.upperBound && y.lowerBound < y.upperBound,
      "Nothing can be seen in \(x) by \(y).")
    self.x = x
    self.y = y
    self.background = background
  }
}

// MARK: - Drawing

extension Drawing {
  /// Fills the area within a closed line through `corners`.
  public mutating func fill(_ corners: [SIMD2<Double>], color: Color) {
    shapes.append(.polygon(corners: corners, color: color))
  }

  /// Draws a line through `points`.
  public mutating func stroke(
    _ points: [SIMD2<Double>], isClosed: Bool = false, color: Color, width: Double
  ) {
    shapes.append(.line(points: points, isClosed: isClosed, color: color, width: width))
  }

  /// Fills the area within a circle.
  public mutating func fillDisc(at center: SIMD2<Double>, radius: Double, color: Color) {
    shapes.append(.disc(center: center, radius: radius, color: color))
  }

  /// Writes words whose base line has its middle at `place`.
  public mutating func write(
    _ text: String, at place: SIMD2<Double>, height: Double, color: Color = .black
  ) {
    shapes.append(.text(text, place: place, height: height, color: color))
  }

  /// Draws a flag on a pole: Gymnasium's, which is 50 pixels high.
  ///
  /// - Parameters:
  ///   - foot: Where the pole stands.
  ///   - pixel: The length of one of Gymnasium's pixels.
  ///   - pole: The colour of the pole.
  ///   - cloth: The colour of the cloth.
  ///   - seam: The colour of a line around the cloth, if there is one.
  package mutating func addFlag(
    at foot: SIMD2<Double>, pixel: Double, pole: Color, cloth: Color, seam: Color? = nil
  ) {
    let top = foot + [0, 50 * pixel]
    stroke([foot, top], color: pole, width: pixel)
    let corners = [top, top - [0, 10 * pixel], top + [25 * pixel, -5 * pixel]]
    fill(corners, color: cloth)
    if let seam { stroke(corners, isClosed: true, color: seam, width: pixel) }
  }
}

// MARK: - Shapes

extension Drawing {
  /// The corners of an upright rectangle, anticlockwise from the lower left one.
  public static func rectangle(
    x: ClosedRange<Double>, y: ClosedRange<Double>
  ) -> [SIMD2<Double>] {
    [
      [x.lowerBound, y.lowerBound], [x.upperBound, y.lowerBound],
      [x.upperBound, y.upperBound], [x.lowerBound, y.upperBound],
    ]
  }

  /// The points turned about the origin, and then moved.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - place: Where the origin is moved to.
  ///   - direction: Where a point on the x axis is turned to: cosine and sine of the angle.
  public static func placed(
    _ points: [SIMD2<Double>], at place: SIMD2<Double>, direction: SIMD2<Double> = [1, 0]
  ) -> [SIMD2<Double>] {
    points.map { point in
      place + point.x * direction + point.y * [-direction.y, direction.x]
    }
  }
}
