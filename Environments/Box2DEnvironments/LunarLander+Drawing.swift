import ReinforcementLearning

extension LunarLander: DrawableEnvironment {
  public var framesPerSecond: Int { 50 }

  /// The ground with the helipad between two flags, the lander and what its engines blow out, in
  /// metres.
  public var drawing: Drawing? { scene?.drawing }
}

extension LunarLanderContinuous: DrawableEnvironment {
  public var framesPerSecond: Int { 50 }

  /// The ground with the helipad between two flags, the lander and what its engines blow out, in
  /// metres.
  public var drawing: Drawing? { scene?.drawing }
}

extension LunarLanderScene {
  var drawing: Drawing {
    // Gymnasium shows a metre on 30 pixels.
    let pixel = 1 / 30.0
    var drawing = Drawing(x: 0...Self.size.x, y: 0...Self.size.y, background: .black)
    for puff in exhaust {
      let faint = Int(255 * max(0.2, 0.5 * puff.glow))
      drawing.fillDisc(
        at: puff.position, radius: 2 * pixel,
        color: Drawing.Color(
          red: Int(255 * max(0.2, 0.15 + puff.glow)), green: faint, blue: faint))
    }
    drawing.fill([[0, 0]] + terrain.points + [[Self.size.x, 0]], color: .white)
    for part in [hull] + legs {
      part.draw(
        into: &drawing, fill: Drawing.Color(0x8066E6), outline: Drawing.Color(0x4D4D80))
    }
    for x in [terrain.helipad.lowerBound, terrain.helipad.upperBound] {
      drawing.addFlag(
        at: [x, terrain.helipadHeight], pixel: pixel, pole: .white,
        cloth: Drawing.Color(0xCCCC00))
    }
    return drawing
  }
}

extension LunarLanderScene.Part {
  /// Draws the shape with an outline of one of Gymnasium's pixels.
  func draw(into drawing: inout Drawing, fill: Drawing.Color, outline color: Drawing.Color) {
    let corners = outline.map { SIMD2<Double>($0) }
    drawing.fill(corners, color: fill)
    drawing.stroke(corners, isClosed: true, color: color, width: 1 / 30.0)
  }
}
