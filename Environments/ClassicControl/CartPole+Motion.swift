import CVectorMath

private let gravity = 9.8  // m/s²
private let poleMass = 0.1  // kg
private let totalMass = 1.0 + poleMass  // kg, with the cart
private let halfLength = 0.5  // m, from the hinge to the pole's centre of mass
private let poleMassLength = poleMass * halfLength
private let timeStep = 0.02  // s

extension CartPole.State {
  /// Advances by one time step.
  ///
  /// The order of the operations decides the last bit of the result; keep it, here and in CCartPole.c.
  ///
  /// - Parameters:
  ///   - force: The force on the cart, in N.
  ///   - integrator: Which velocities positions move with.
  mutating func advance(force: Double, integrator: CartPole.Integrator) {
    // By the function that batches use: whatever the C library gives, the bits are the same.
    var (sine, cosine) = (0.0, 0.0)
    vm_sine_and_cosine(&coordinates[1], &sine, &cosine, 1)
    let angularVelocity = velocities[1]
    let push = (force + poleMassLength * (angularVelocity * angularVelocity) * sine) / totalMass
    let resistance = 4.0 / 3.0 - poleMass * (cosine * cosine) / totalMass
    let angularAcceleration = (gravity * sine - cosine * push) / (halfLength * resistance)
    let acceleration = push - poleMassLength * angularAcceleration * cosine / totalMass

    let before = velocities
    velocities += timeStep * SIMD2(acceleration, angularAcceleration)
    coordinates += timeStep * (integrator == .semiImplicitEuler ? velocities : before)
  }
}
