import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension MountainCar: DrawableEnvironment {
  /// The valley, the car and the flag at the goal.
  public var drawing: Drawing? {
    state.map { valley(car: $0.position, goal: 0.5) }
  }
}

extension MountainCarContinuous: DrawableEnvironment {
  /// The valley, the car and the flag at the goal.
  public var drawing: Drawing? {
    state.map { valley(car: $0.position, goal: 0.45) }
  }
}

/// The valley from −1.2 to 0.6, with a car and a flag.
private func valley(car: Double, goal: Double) -> Drawing {
  // Gymnasium shows it on 600 pixels.
  let pixel = 1.8 / 600
  var drawing = Drawing(x: -1.2...0.6, y: 0...400 * pixel)
  func ground(_ x: Double) -> SIMD2<Double> { [x, 0.45 * sin(3 * x) + 0.55] }

  drawing.stroke(
    (0...120).map { ground(-1.2 + 1.8 * Double($0) / 120) }, color: .black, width: pixel)
  // Not quite the angle of the slope, but Gymnasium's.
  let angle = cos(3 * car)
  let direction = SIMD2(cos(angle), sin(angle))
  let place = ground(car) + [0, 10 * pixel]
  drawing.fill(
    Drawing.placed(
      Drawing.rectangle(x: -20 * pixel...20 * pixel, y: 0...20 * pixel), at: place,
      direction: direction),
    color: .black)
  let wheels: [SIMD2<Double>] = [[10 * pixel, 0], [-10 * pixel, 0]]
  for wheel in Drawing.placed(wheels, at: place, direction: direction) {
    drawing.fillDisc(at: wheel, radius: 8 * pixel, color: Drawing.Color(0x808080))
  }
  drawing.addFlag(
    at: ground(goal), pixel: pixel, pole: .black, cloth: Drawing.Color(0xCCCC00))
  return drawing
}
