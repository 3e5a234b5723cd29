import ReinforcementLearning

extension BipedalWalker: DrawableEnvironment {
  public var framesPerSecond: Int { 50 }

  /// What is around the walker: ground, clouds, the flag at the start, and a ray of the lidar, in
  /// metres.
  public var drawing: Drawing? { scene?.drawing }
}

extension BipedalWalkerScene {
  var drawing: Drawing {
    // Gymnasium shows a metre on 30 pixels, with the hull a fifth from the left.
    let pixel = 1 / 30.0
    let left = Double(hull.state.position.x) - 4
    var drawing = Drawing(
      x: left...left + 20, y: 0...400 * pixel, background: Drawing.Color(0xD7D7FF))
    for cloud in clouds where isVisible(cloud.map { $0.x + left / 2 }, in: drawing.x) {
      drawing.fill(cloud.map { $0 + [left / 2, 0] }, color: .white)
    }
    addGround(to: &drawing, pixel)
    if let ray {
      drawing.stroke([ray.start, ray.end], color: Drawing.Color(0xFF0000), width: pixel)
    }
    for block in terrain.blocks
    where isVisible([block.horizontal.lowerBound, block.horizontal.upperBound], in: drawing.x) {
      let corners = Drawing.rectangle(x: block.horizontal, y: block.vertical)
      drawing.fill(corners, color: .white)
      drawing.stroke(corners, isClosed: true, color: Drawing.Color(0x999999), width: pixel)
    }
    let shades: [(UInt32, UInt32)] = [(0xB26598, 0x7F4C65), (0x803366, 0x4D1A33)]
    for (index, leg) in legs.enumerated() {
      let (fill, outline) = shades[index / 2]
      leg.draw(into: &drawing, fill: Drawing.Color(fill), outline: Drawing.Color(outline))
    }
    hull.draw(
      into: &drawing, fill: Drawing.Color(0x7F33E5), outline: Drawing.Color(0x4C4C7F))
    drawing.addFlag(
      at: [3 * BipedalWalkerTerrain.step, BipedalWalkerTerrain.levelHeight], pixel: pixel,
      pole: .black, cloth: Drawing.Color(0xE63300), seam: .black)
    return drawing
  }

  /// Adds the ground that is in view, with grass in two greens.
  private func addGround(to drawing: inout Drawing, _ pixel: Double) {
    let step = BipedalWalkerTerrain.step
    let first = min(max(Int(drawing.x.lowerBound / step), 0), terrain.points.count - 1)
    let last = min(max(Int(drawing.x.upperBound / step) + 1, first), terrain.points.count - 1)
    let points = terrain.points[first...last]
    drawing.fill(
      [[points[first].x, 0]] + points + [[points[last].x, 0]], color: Drawing.Color(0x66994C))
    for index in first..<last {
      drawing.stroke(
        [points[index], points[index + 1]],
        color: Drawing.Color(index.isMultiple(of: 2) ? 0x4CFF4C : 0x4CCC4C), width: pixel)
    }
  }

  private func isVisible(_ xs: [Double], in range: ClosedRange<Double>) -> Bool {
    (xs.max() ?? 0) >= range.lowerBound && (xs.min() ?? 0) <= range.upperBound
  }
}
