import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CartPole: DrawableEnvironment {
  public var framesPerSecond: Int { 50 }

  /// The track from one bound of the cart to the other, the cart and the pole, in metres.
  public var drawing: Drawing? {
    guard let state else { return nil }
    // Gymnasium shows the track on 600 pixels.
    let pixel = 2 * State.positionLimit / 600
    var drawing = Drawing(
      x: -State.positionLimit...State.positionLimit, y: -100 * pixel...300 * pixel)
    let cart = SIMD2(state.coordinates[0], 0)
    drawing.fill(
      Drawing.placed(
        Drawing.rectangle(x: -25 * pixel...25 * pixel, y: -15 * pixel...15 * pixel), at: cart),
      color: .black)

    // The pole's angle is from the upright, to the right.
    let axle = cart + [0, 7.5 * pixel]
    let angle = state.coordinates[1]
    drawing.fill(
      Drawing.placed(
        Drawing.rectangle(x: -5 * pixel...5 * pixel, y: -5 * pixel...120 * pixel), at: axle,
        direction: [cos(angle), -sin(angle)]),
      color: Drawing.Color(0xCA9865))
    drawing.fillDisc(at: axle, radius: 5 * pixel, color: Drawing.Color(0x8184CB))
    drawing.stroke(
      [[drawing.x.lowerBound, 0], [drawing.x.upperBound, 0]], color: .black, width: pixel)
    return drawing
  }
}
