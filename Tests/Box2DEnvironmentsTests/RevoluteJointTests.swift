import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct RevoluteJointTests {
  /// A rod that turns about the origin of a static body.
  private func rod(
    gravity: SIMD2<Float> = .zero, limits: ClosedRange<Float>? = nil,
    motor: RevoluteJoint.Motor? = nil
  ) -> (World, Body, RevoluteJoint) {
    let world = World(gravity: gravity)
    let pivot = world.addStaticBody(at: .zero)
    let rod = world.addDynamicBody(at: [1, 0])
    rod.addBox(halfWidth: 1, halfHeight: 0.1, material: Material(density: 1))
    let joint = world.addRevoluteJoint(
      between: pivot, at: .zero, and: rod, at: [-1, 0], limits: limits, motor: motor)
    return (world, rod, joint)
  }

  private func step(_ world: World, count: Int) {
    for _ in 0..<count {
      world.step(duration: 0.02, velocityIterations: 20, positionIterations: 10)
    }
  }

  @Test func jointHoldsThePoint() {
    let (world, rod, joint) = rod(gravity: [0, -10])
    step(world, count: 20)
    let end = rod.worldPoint(of: [-1, 0])
    #expect((end * end).sum() < 1e-4)
    #expect(joint.angle < -0.3 && joint.angle == rod.state.angle)
    #expect(joint.speed == rod.state.angularVelocity)
  }

  @Test func limitsHold() {
    let (world, _, joint) = rod(gravity: [0, -10], limits: -0.25...0.5)
    step(world, count: 200)
    #expect(abs(joint.angle + 0.25) < 0.02)
  }

  @Test func motorReachesItsSpeed() {
    let (world, _, joint) = rod(motor: RevoluteJoint.Motor(speed: 2, maximumTorque: 100))
    step(world, count: 10)
    #expect(abs(joint.speed - 2) < 1e-3)
    joint.setMotorSpeed(-1)
    step(world, count: 10)
    #expect(abs(joint.speed + 1) < 1e-3)
  }

  @Test func torqueLimitsTheMotor() {
    let (world, rod, joint) = rod(motor: RevoluteJoint.Motor(speed: 100, maximumTorque: 0.1))
    let inertia = rod.inertia + rod.mass  // about the pivot, 1 m away
    step(world, count: 50)
    #expect(abs(joint.speed - 0.1 / inertia) < 1e-3)
    joint.setMaximumMotorTorque(0.2)
    step(world, count: 50)
    #expect(abs(joint.speed - 0.3 / inertia) < 1e-3)
  }

  @Test func referenceAngleShiftsTheZero() {
    let world = World(gravity: .zero)
    let first = world.addStaticBody(at: .zero)
    let second = world.addDynamicBody(at: .zero, angle: 0.75)
    second.addBox(halfWidth: 1, halfHeight: 1, material: Material(density: 1))
    let joint = world.addRevoluteJoint(
      between: first, at: .zero, and: second, at: .zero, referenceAngle: 0.5)
    #expect(joint.angle == 0.25)
  }

  @Test func bodiesOfTwoWorldsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (first, second) = (World(gravity: .zero), World(gravity: .zero))
      _ = first.addRevoluteJoint(
        between: first.addDynamicBody(at: .zero), at: .zero,
        and: second.addDynamicBody(at: .zero), at: .zero)
    }
    expectMessage("A joint can only join bodies of its own world.", of: result)
  }
}
