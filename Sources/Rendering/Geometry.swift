/// A place on a canvas, in pixels at scale 1 from the top left corner.
struct Point: Equatable {
  var x, y: Double

  var isFinite: Bool { x.isFinite && y.isFinite }
}

/// An upright rectangle on a canvas.
struct Rectangle: Equatable {
  var x, y, width, height: Double

  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var midX: Double { x + width / 2 }
  var midY: Double { y + height / 2 }

  /// The four corners, in order, and the first one again.
  var outline: [Point] {
    [
      Point(x: x, y: y), Point(x: maxX, y: y), Point(x: maxX, y: maxY), Point(x: x, y: maxY),
      Point(x: x, y: y),
    ]
  }
}

/// Which part of a text its anchor is.
enum Alignment {
  case start, middle, end
}

/// A size and weight of the one family of fonts.
struct Font {
  var size: Double
  var isBold = false

  static let figureTitle = Font(size: 15, isBold: true)
  static let panelTitle = Font(size: 12.5, isBold: true)
  static let axisLabel = Font(size: 11.5)
  static let tickLabel = Font(size: 10)
  static let legend = Font(size: 11)
}
