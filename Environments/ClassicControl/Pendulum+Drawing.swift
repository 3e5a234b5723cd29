import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Pendulum: DrawableEnvironment {
  /// The rod about its joint, in metres, and an arrow along the motor's last torque.
  public var drawing: Drawing? {
    guard let state else { return nil }
    var drawing = Drawing(x: -2.2...2.2, y: -2.2...2.2)
    let red = Drawing.Color(0xCC4D4D)
    // The angle is from the upright and grows anticlockwise.
    let direction = SIMD2(-sin(state.angle), cos(state.angle))
    drawing.fill(
      Drawing.placed(Drawing.rectangle(x: 0...1, y: -0.1...0.1), at: .zero, direction: direction),
      color: red)
    drawing.fillDisc(at: .zero, radius: 0.1, color: red)
    drawing.fillDisc(at: direction, radius: 0.1, color: red)
    if let lastTorque { drawing.addTorque(Double(lastTorque)) }
    drawing.fillDisc(at: .zero, radius: 0.05, color: .black)
    return drawing
  }
}

extension Drawing {
  /// An arrow about the origin whose size is that of the torque, anticlockwise if it is positive.
  fileprivate mutating func addTorque(_ torque: Double) {
    let radius = 0.25 * abs(torque)
    guard radius > 0.02 else { return }
    let turn: Double = torque > 0 ? 1 : -1
    // From the top round to the side, where the head is.
    func point(_ angle: Double, _ radius: Double) -> SIMD2<Double> {
      [turn * radius * cos(angle), radius * sin(angle)]
    }
    let end = 1.95 * Double.pi
    let arc = (0...24).map { point(.pi / 2 + (end - .pi / 2) * Double($0) / 24, radius) }
    stroke(arc, color: .black, width: 0.02)
    fill(
      [
        point(end - 0.1, 1.15 * radius), point(end, radius), point(end - 0.1, 0.85 * radius),
        point(end + 0.35, radius),
      ],
      color: .black)
  }
}
