import CVectorMath

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
  ///   - isSemiImplicit: Whether positions move with the velocities from after the step.
  @inline(__always)
  mutating func advance(
    force: Number, sine: Number, cosine: Number, isSemiImplicit: Bool
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
    position = position + duration * (isSemiImplicit ? velocity : before)
    angle = angle + duration * (isSemiImplicit ? angularVelocity : angularBefore)
  }
}

extension CartPole.State {
  /// Advances by one time step under a force in newtons.
  mutating func advance(force: Double, integrator: CartPole.Integrator) {
    var motion = CartPoleMotion(
      position: coordinates[0], angle: coordinates[1], velocity: velocities[0],
      angularVelocity: velocities[1])
    // By the function that batches use: whatever the C library gives, the bits are the same.
    var (sine, cosine) = (0.0, 0.0)
    vm_sine_and_cosine(&motion.angle, &sine, &cosine, 1)
    motion.advance(
      force: force, sine: sine, cosine: cosine,
      isSemiImplicit: integrator == .semiImplicitEuler)
    coordinates = SIMD2(motion.position, motion.angle)
    velocities = SIMD2(motion.velocity, motion.angularVelocity)
  }
}
