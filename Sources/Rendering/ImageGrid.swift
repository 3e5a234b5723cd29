import Files
import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Small grey images side by side, such as the samples of a generative model, which can be written
/// as PNG. The same images give the same bytes each time (on the same version of Cairo).
public struct ImageGrid: Sendable {
  /// How many images stand side by side.
  public let columns: Int
  /// The images, row by row of the grid; each is `width` · `height` levels from 0 (paper) to 1
  /// (ink), row by row.
  public let images: [[Float]]
  /// The size of each image.
  public let width, height: Int
  /// The side of the square that each pixel of an image becomes.
  public let scale: Int
  /// The width of the grey lines around the images.
  public let gap: Int
  /// The colours of the levels 1 and 0; levels between are mixed in sRGB.
  public let ink, paper: Color

  /// Creates a grid. Levels below 0, or not numbers, count as 0 and those above 1 as 1.
  ///
  /// - Parameters:
  ///   - columns: How many images stand side by side; the last row may have fewer.
  ///   - images: The images' levels, row by row.
  ///   - width: The width of each image.
  ///   - height: The height of each image.
  ///   - scale: The side of the square that each pixel of an image becomes.
  ///   - gap: The width of the grey lines around the images, zero or more.
  ///   - ink: The colour of the level 1.
  ///   - paper: The colour of the level 0.
  /// - Precondition: There is an image, all have `width` · `height` levels, and all sizes are
  ///   positive.
  public init(
    columns: Int, images: [[Float]], width: Int, height: Int, scale: Int = 2, gap: Int = 1,
    ink: Color = Color(0x000000), paper: Color = Color(0xFFFFFF)
  ) {
    precondition(columns > 0, "a grid needs at least one column, not \(columns)")
    precondition(!images.isEmpty, "a grid needs at least one image")
    precondition(width > 0 && height > 0, "images cannot have \(width) by \(height) pixels")
    precondition(scale > 0 && gap >= 0, "cannot draw at scale \(scale) with gaps of \(gap)")
    for image in images {
      precondition(
        image.count == width * height,
        "an image of \(width) by \(height) pixels does not have \(image.count)")
    }
    self.columns = min(columns, images.count)
    self.images = images
    self.width = width
    self.height = height
    self.scale = scale
    self.gap = gap
    self.ink = ink
    self.paper = paper
  }

  /// The grid as an image.
  ///
  /// - Throws: `Failure` if it were larger than Cairo can make it: 32,767 pixels on a side.
  public func png() throws(Failure) -> Data {
    let rows = (images.count + columns - 1) / columns
    let (cellWidth, cellHeight) = (width * scale + gap, height * scale + gap)
    let (sheetWidth, sheetHeight) = (gap + columns * cellWidth, gap + rows * cellHeight)
    guard Double(max(sheetWidth, sheetHeight)) <= Canvas.longestSide else {
      throw .failed(
        "a grid of \(sheetWidth) by \(sheetHeight) pixels is too large for PNG here; "
          + "choose a smaller scale, fewer images or another number of columns")
    }
    let canvas = try Canvas(
      width: Double(sheetWidth), height: Double(sheetHeight), format: .png(scale: 1))
    for (index, image) in images.enumerated() {
      let corner = Point(
        x: Double(index % columns * cellWidth), y: Double(index / columns * cellHeight))
      let frame = Rectangle(
        x: corner.x, y: corner.y, width: Double(cellWidth + gap), height: Double(cellHeight + gap))
      canvas.fill(frame.outline, color: .grid, opacity: 1)
      canvas.paint(
        image.map(color(of:)), width: width,
        at: Point(x: corner.x + Double(gap), y: corner.y + Double(gap)), scale: Double(scale))
    }
    return try canvas.encoded()
  }

  /// Writes the grid to `path`.
  ///
  /// - Parameter replacing: Whether a file that is there may be replaced, once the new one is whole.
  /// - Throws: `Failure` if the name does not end with `.png`, or as `png()` does;
  ///   `Failure` if the file cannot be written.
  public func write(to path: Path, replacing: Bool = true) throws(Failure) {
    guard path.name.lowercased().hasSuffix(".png") else {
      throw .usage(
        "\(path) names no format for a grid of images; let the name end with .png")
    }
    try AtomicFile.write(png(), to: path, replacing: replacing)
  }

  /// The colour of a level as 0xRRGGBB.
  private func color(of level: Float) -> UInt32 {
    // False for what is not a number, too.
    let level = level > 0 ? Double(min(level, 1)) : 0
    return [(paper.red, ink.red), (paper.green, ink.green), (paper.blue, ink.blue)]
      .reduce(0) { color, ends in
        color << 8 | UInt32((255 * (ends.0 + (ends.1 - ends.0) * level)).rounded())
      }
  }
}
