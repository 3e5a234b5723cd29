import ReinforcementLearning
import Rendering

extension Drawing {
  /// Draws everything that is in view as large as it fits, in the middle.
  public func draw(on raster: Raster) { draw(on: raster, raster.width, raster.height) }

  /// Draws everything that is in view as large as it fits, in the middle of a part of an image.
  public func draw(on raster: Raster, in area: Raster.Area) {
    raster.within(area) { draw(on: raster, area.width, area.height) }
  }

  private func draw(on raster: Raster, _ width: Int, _ height: Int) {
    let camera = Camera(self, width: width, height: height)
    raster.clear(Rendering.Color(background))
    for shape in shapes {
      switch shape {
      case .polygon(let corners, let color):
        raster.fill(
          corners.map(camera.place), color: Rendering.Color(color), opacity: color.opacity)
      case .line(let points, let isClosed, let color, let width):
        raster.stroke(
          points.map(camera.place), isClosed: isClosed, color: Rendering.Color(color),
          opacity: color.opacity, width: width * camera.scale)
      case .disc(let center, let radius, let color):
        raster.fillDisc(
          at: camera.place(center), radius: radius * camera.scale, color: Rendering.Color(color),
          opacity: color.opacity)
      case .text(let text, let place, let height, let color):
        raster.write(
          text, at: camera.place(place), size: height * camera.scale, color: Rendering.Color(color),
          isCentered: true)
      }
    }
  }

  /// The size that shows the whole view and nothing else, about as large as Gymnasium's.
  public var naturalSize: (width: Int, height: Int) {
    let (width, height) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    // 600 by 400 where the view is one and a half times as wide as high, 500 by 500 for a square.
    let longest: Double = max(width, height) > 1.2 * min(width, height) ? 600 : 500
    let scale = longest / max(width, height)
    return (
      max(1, Int((width * scale).rounded())), max(1, Int((height * scale).rounded()))
    )
  }

  /// The colour in which words stand out from the background.
  var ink: Rendering.Color {
    let background = Rendering.Color(self.background)
    let brightness =
      0.299 * background.red + 0.587 * background.green + 0.114 * background.blue
    return brightness < 0.5 ? Rendering.Color(0xFFFFFF) : .ink
  }
}

extension Rendering.Color {
  /// The colour without its opacity.
  fileprivate init(_ color: Drawing.Color) { self.init(color.hex) }
}

/// Finds places of the world on an image.
private struct Camera {
  /// How many pixels the world's unit has.
  let scale: Double
  private let origin: SIMD2<Double>

  init(_ drawing: Drawing, width: Int, height: Int) {
    let (x, y) = (drawing.x, drawing.y)
    scale = min(
      Double(width) / (x.upperBound - x.lowerBound),
      Double(height) / (y.upperBound - y.lowerBound))
    let middle = SIMD2(x.lowerBound + x.upperBound, y.lowerBound + y.upperBound) / 2
    origin = [Double(width) / 2 - scale * middle.x, Double(height) / 2 + scale * middle.y]
  }

  func place(_ point: SIMD2<Double>) -> SIMD2<Double> {
    [origin.x + scale * point.x, origin.y - scale * point.y]
  }
}
