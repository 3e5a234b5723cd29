import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Acrobot: DrawableEnvironment {
  public var framesPerSecond: Int { 15 }

  /// The two links, their joints, and the line that the free end is to pass, in metres.
  public var drawing: Drawing? {
    guard let state else { return nil }
    var drawing = Drawing(x: -2.2...2.2, y: -2.2...2.2)
    drawing.stroke([[-2.2, 1], [2.2, 1]], color: .black, width: 0.0088)
    var joint = SIMD2<Double>.zero
    for angle in [state.angles[0], state.angles[0] + state.angles[1]] {
      // An angle of 0 hangs down.
      let direction = SIMD2(sin(angle), -cos(angle))
      drawing.fill(
        Drawing.placed(
          Drawing.rectangle(x: 0...1, y: -0.1...0.1), at: joint, direction: direction),
        color: Drawing.Color(0x00CCCC))
      drawing.fillDisc(at: joint, radius: 0.1, color: Drawing.Color(0xCCCC00))
      joint += direction
    }
    return drawing
  }
}
