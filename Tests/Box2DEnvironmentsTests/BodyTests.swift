import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct BodyTests {
  /// A square of 1 m and 2 kg in free space.
  private func square(in world: World, at position: SIMD2<Float> = .zero) -> Body {
    let body = world.addDynamicBody(at: position)
    body.addBox(halfWidth: 0.5, halfHeight: 0.5, material: Material(density: 2))
    return body
  }

  private func step(_ world: World, _ duration: Float = 0.1) {
    world.step(duration: duration, velocityIterations: 8, positionIterations: 3)
  }

  @Test func massFollowsFromShapeAndDensity() {
    let body = square(in: World(gravity: .zero))
    #expect(abs(body.mass - 2) < 1e-6)
    #expect(abs(body.inertia - 2 * (1 + 1) / 12) < 1e-6)
    let triangle = World(gravity: .zero).addDynamicBody(at: [7, 7])
    triangle.addPolygon([[0, 0], [3, 0], [0, 3]], material: Material(density: 2))
    #expect(abs(triangle.mass - 9) < 1e-5)
    #expect(abs(triangle.centerOfMass.x - 1) < 1e-5 && abs(triangle.centerOfMass.y - 1) < 1e-5)
  }

  @Test func forcesActDuringOneStep() {
    let world = World(gravity: .zero)
    let body = square(in: world)
    body.applyForceToCenter([4, 2])
    step(world)
    step(world)
    #expect(abs(body.state.velocity.x - 0.2) < 1e-6 && abs(body.state.velocity.y - 0.1) < 1e-6)
    #expect(body.state.angularVelocity == 0)
  }

  @Test func worldPointsFollowTheBody() {
    let body = World(gravity: .zero).addDynamicBody(at: [1, 2], angle: .pi / 2)
    let point = body.worldPoint(of: [3, 0])
    #expect(abs(point.x - 1) < 1e-5 && abs(point.y - 5) < 1e-5)
  }

  @Test func contactsAreCountedAndBodiesFallAsleep() {
    let world = World(gravity: [0, -10])
    let ground = world.addStaticBody(at: .zero)
    ground.addEdge(from: [-5, 0], to: [5, 0], material: Material())
    let body = square(in: world, at: [0, 1])
    #expect(body.contacts == Contacts(begun: 0, ended: 0, latestHasBegun: false))
    for _ in 0..<200 { step(world, 0.02) }
    #expect(body.contacts == Contacts(begun: 1, ended: 0, latestHasBegun: true))
    #expect(ground.contacts.current == 1)
    #expect(!body.isAwake)
    body.applyForceToCenter([0, 500])
    #expect(body.isAwake)
    for _ in 0..<10 { step(world, 0.02) }
    #expect(body.contacts == Contacts(begun: 1, ended: 1, latestHasBegun: false))
  }

  @Test func edgesCollideOnBothSides() {
    for direction: Float in [-1, 1] {
      let world = World(gravity: [0, 10 * direction])
      world.addStaticBody(at: .zero).addEdge(from: [-5, 0], to: [5, 0], material: Material())
      let body = square(in: world, at: [0, -2 * direction])
      for _ in 0..<200 { step(world, 0.02) }
      #expect(abs(body.state.position.y + 0.5 * direction) < 0.05)
    }
  }

  @Test func tooFewCornersStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let body = World(gravity: .zero).addDynamicBody(at: .zero)
      body.addPolygon([[0, 0], [1, 0]], material: Material())
    }
    expectMessage("A polygon has from 3 to 8 corners; got 2.", of: result)
  }

  @Test func aBoxWithoutSizeStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let body = World(gravity: .zero).addDynamicBody(at: .zero)
      body.addBox(halfWidth: 0, halfHeight: 1, material: Material())
    }
    expectMessage("A box needs a positive size; got half sizes 0.0 and 1.0.", of: result)
  }
}
