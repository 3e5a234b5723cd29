#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

private let gravity = 9.8  // m/s²
private let poleMass = 0.1  // kg
private let totalMass = 1.0 + poleMass  // kg, with the cart
private let halfLength = 0.5  // m, from the hinge to the pole's centre of mass
private let poleMassLength = poleMass * halfLength
private let timeStep = 0.02  // s

/// A number, or several side by side.
///
/// Every lane does the same operations in the same order, so that the bits do not depend on the
/// number of lanes.
protocol CartPoleNumber {
  init(constant: Double)
  static func + (first: Self, second: Self) -> Self
  static func - (first: Self, second: Self) -> Self
  static func * (first: Self, second: Self) -> Self
  static func / (first: Self, second: Self) -> Self
}

extension Double: CartPoleNumber {
  @inline(__always) init(constant: Double) { self = constant }
}

extension SIMD4: CartPoleNumber where Scalar == Double {
  @inline(__always) init(constant: Double) { self.init(repeating: constant) }
}

/// Where carts and poles are and how they move, as in `CartPole.State`.
struct CartPoleMotion<Number: CartPoleNumber> {
  var position: Number
  var angle: Number
  var velocity: Number
  var angularVelocity: Number

  /// Advances by one time step.
  ///
  /// The order of the operations decides the last bit of the result; keep it.
  ///
  /// - Parameters:
  ///   - force: The force on the cart, in N.
  ///   - sine: The sine of the angle.
  ///   - cosine: The cosine of the angle.
  ///   - integrator: How the step is computed.
  @inline(__always)
  mutating func advance(
    force: Number, sine: Number, cosine: Number, integrator: CartPole.Integrator
  ) {
    let total = Number(constant: totalMass)
    let massLength = Number(constant: poleMassLength)
    let push = (force + massLength * (angularVelocity * angularVelocity) * sine) / total
    let resistance =
      Number(constant: 4.0 / 3.0) - Number(constant: poleMass) * (cosine * cosine) / total
    let angularAcceleration =
      (Number(constant: gravity) * sine - cosine * push)
      / (Number(constant: halfLength) * resistance)
    let acceleration = push - massLength * angularAcceleration * cosine / total

    let duration = Number(constant: timeStep)
    let (before, angularBefore) = (velocity, angularVelocity)
    velocity = velocity + duration * acceleration
    angularVelocity = angularVelocity + duration * angularAcceleration
    switch integrator {
    case .explicitEuler:
      position = position + duration * before
      angle = angle + duration * angularBefore
    case .semiImplicitEuler:
      position = position + duration * velocity
      angle = angle + duration * angularVelocity
    }
  }
}

extension CartPole.State {
  /// Advances by one time step under a force in newtons.
  mutating func advance(force: Double, integrator: CartPole.Integrator) {
    var motion = CartPoleMotion(
      position: coordinates[0], angle: coordinates[1], velocity: velocities[0],
      angularVelocity: velocities[1])
    motion.advance(
      force: force, sine: sin(motion.angle), cosine: cos(motion.angle), integrator: integrator)
    coordinates = SIMD2(motion.position, motion.angle)
    velocities = SIMD2(motion.velocity, motion.angularVelocity)
  }
}

extension CartPoleWork.Cart {
  /// Advances four carts side by side, which have the same integrator.
  static func advance(_ carts: UnsafeMutablePointer<Self>) {
    let (a, b, c, d) = (carts[0], carts[1], carts[2], carts[3])
    let (p, q) = (a.state.coordinates, b.state.coordinates)
    let (r, s) = (c.state.coordinates, d.state.coordinates)
    let (v, w) = (a.state.velocities, b.state.velocities)
    let (x, y) = (c.state.velocities, d.state.velocities)
    var motion = CartPoleMotion(
      position: SIMD4(p[0], q[0], r[0], s[0]), angle: SIMD4(p[1], q[1], r[1], s[1]),
      velocity: SIMD4(v[0], w[0], x[0], y[0]), angularVelocity: SIMD4(v[1], w[1], x[1], y[1]))
    motion.advance(
      force: SIMD4(a.force, b.force, c.force, d.force),
      sine: SIMD4(sin(p[1]), sin(q[1]), sin(r[1]), sin(s[1])),
      cosine: SIMD4(cos(p[1]), cos(q[1]), cos(r[1]), cos(s[1])), integrator: a.integrator)
    for lane in 0..<4 {
      carts[lane].state = CartPole.State(
        coordinates: SIMD2(motion.position[lane], motion.angle[lane]),
        velocities: SIMD2(motion.velocity[lane], motion.angularVelocity[lane]))
    }
  }
}
