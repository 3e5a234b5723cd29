/// What the engines of a lander have blown out lately. Nothing but the picture depends on it.
///
/// Gymnasium simulates each puff as a body of its own that collides with the ground; here they fly as
/// they were blown out, and the ground hides them. The last sixteen are kept, which is more than are
/// ever in view at once, in vectors, so that a copy of a lander stays a copy of plain numbers.
struct LunarLanderExhaust: Sendable {
  private var x = SIMD16<Float>(), y = SIMD16<Float>()
  private var velocityX = SIMD16<Float>(), velocityY = SIMD16<Float>()
  private var power = SIMD16<Float>()
  /// The step in which each was blown out.
  private var birth = SIMD16<Int32>()
  private var count = 0
  private var time: Int32 = 0

  /// Lets a step pass.
  mutating func age() { time &+= 1 }

  /// Adds a puff in the step that comes next.
  ///
  /// - Parameters:
  ///   - place: Where it is blown out, in m.
  ///   - velocity: Its velocity, in m/s.
  ///   - power: The power of the engine, up to 1.
  mutating func add(at place: SIMD2<Double>, velocity: SIMD2<Double>, power: Double) {
    let slot = count & 15
    (x[slot], y[slot]) = (Float(place.x), Float(place.y))
    (velocityX[slot], velocityY[slot]) = (Float(velocity.x), Float(velocity.y))
    self.power[slot] = Float(power)
    birth[slot] = time
    count &+= 1
  }

  /// Those that still glow, the oldest first.
  var puffs: [LunarLanderScene.Puff] {
    (max(0, count - 16)..<count).compactMap { index in
      let slot = index & 15
      let age = Double(time &- birth[slot])
      // Gymnasium takes so much from the glow whenever it draws.
      let glow = Double(power[slot]) - 0.15 * age
      guard glow >= 0 else { return nil }
      let seconds = age / 50
      return LunarLanderScene.Puff(
        position: [
          Double(x[slot]) + Double(velocityX[slot]) * seconds,
          Double(y[slot]) + Double(velocityY[slot]) * seconds,
        ], glow: glow)
    }
  }
}
