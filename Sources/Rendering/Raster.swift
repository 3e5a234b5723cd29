import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An image on which shapes are drawn with smooth edges, again and again: the frames of a film.
///
/// Places are in pixels from the top left corner. The same calls give the same pixels (on the same
/// versions of Cairo and the font, DejaVu Sans where it is installed). What is not finite is not
/// drawn.
public final class Raster {
  /// The size in pixels.
  public let width, height: Int

  private let canvas: Canvas

  /// Creates a white image.
  ///
  /// - Precondition: The sides are positive.
  /// - Throws: `Failure` if a side is longer than Cairo can make it: 32,767 pixels.
  public init(width: Int, height: Int) throws(Failure) {
    precondition(width > 0 && height > 0, "an image cannot have \(width) by \(height) pixels")
    self.width = width
    self.height = height
    canvas = try Canvas(width: Double(width), height: Double(height), format: .png(scale: 1))
  }

  /// A part of an image, in pixels from its top left corner.
  public struct Area: Sendable, Equatable {
    public var x, y, width, height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
  }

  /// Calls a function whose drawing reaches only this part of the image, and begins at its corner.
  public func within(_ area: Area, _ body: () -> Void) {
    let part = Rectangle(
      x: Double(area.x), y: Double(area.y), width: Double(area.width), height: Double(area.height))
    canvas.within(part, body)
  }

  /// Covers everything.
  public func clear(_ color: Color) { canvas.clear(color) }

  /// Fills the area within a closed line through `corners`.
  public func fill(_ corners: [SIMD2<Double>], color: Color, opacity: Double = 1) {
    guard let corners = points(corners) else { return }
    canvas.fill(corners, color: color, opacity: opacity)
  }

  /// Draws a line through `points`, back to the first one if it is closed. One that is level or upright
  /// covers whole pixels, so that it is sharp.
  public func stroke(
    _ points: [SIMD2<Double>], isClosed: Bool = false, color: Color, opacity: Double = 1,
    width: Double
  ) {
    guard var points = self.points(points), width > 0, width < Self.farthest else { return }
    var width = width
    if points.count == 2 {
      let whole = max(1, width.rounded())
      let offset = whole.truncatingRemainder(dividingBy: 2) / 2
      func snapped(_ center: Double) -> Double { (center - offset).rounded() + offset }
      if points[0].y == points[1].y {
        let y = snapped(points[0].y)
        (points[0].y, points[1].y, width) = (y, y, whole)
      } else if points[0].x == points[1].x {
        let x = snapped(points[0].x)
        (points[0].x, points[1].x, width) = (x, x, whole)
      }
    }
    canvas.stroke(points, isClosed: isClosed, color: color, opacity: opacity, width: width)
  }

  /// Fills a disc.
  public func fillDisc(
    at center: SIMD2<Double>, radius: Double, color: Color, opacity: Double = 1
  ) {
    guard let center = point(center), radius > 0, radius < Self.farthest else { return }
    canvas.fillDisc(at: center, radius: radius, color: color, opacity: opacity)
  }

  /// Writes words.
  ///
  /// - Parameters:
  ///   - text: The words, on one line.
  ///   - place: The start of the base line, or its middle if they are centred.
  ///   - size: The size of the font.
  ///   - color: The colour.
  ///   - isCentered: Whether `place` is the middle.
  public func write(
    _ text: String, at place: SIMD2<Double>, size: Double, color: Color, isCentered: Bool = false
  ) {
    guard let place = point(place), size > 0, size < Self.farthest else { return }
    canvas.write(
      text, at: place, font: Font(size: size), alignment: isCentered ? .middle : .start,
      color: color)
  }

  /// Calls a function with the pixels, row by row: each is 0xRRGGBB below eight bits that mean nothing.
  public func withPixels<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    canvas.withPixels(body)
  }

  /// The image as a file.
  ///
  /// - Throws: `Failure` if the memory does not suffice.
  public func png() throws(Failure) -> Data { try canvas.encoded() }

  /// Cairo computes with 24 bits before the point.
  private static let farthest = 1e6

  private func point(_ point: SIMD2<Double>) -> Point? {
    guard point.x.isFinite, point.y.isFinite else { return nil }
    let near = point.clamped(
      lowerBound: SIMD2(repeating: -Self.farthest), upperBound: SIMD2(repeating: Self.farthest))
    return Point(x: near.x, y: near.y)
  }

  private func points(_ points: [SIMD2<Double>]) -> [Point]? {
    let near = points.compactMap(point)
    return near.count == points.count ? near : nil
  }
}
