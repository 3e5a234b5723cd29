import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct MaterialTests {
  /// Lets a box with `material` fall on the ground for two seconds.
  private func drop(_ material: Material, push: Float = 0) -> Body {
    let world = World(gravity: [0, -10])
    world.addStaticBody(at: .zero).addEdge(
      from: [-50, 0], to: [50, 0], material: Material(friction: 1))
    let body = world.addDynamicBody(at: [0, 1])
    body.addBox(halfWidth: 0.5, halfHeight: 0.5, material: material)
    body.applyForceToCenter([push * body.mass / 0.02, 0])
    for _ in 0..<100 {
      world.step(duration: 0.02, velocityIterations: 8, positionIterations: 3)
    }
    return body
  }

  @Test func maskDecidesWhatCollides() {
    #expect(drop(Material(density: 1)).state.position.y > 0.4)
    #expect(drop(Material(density: 1, mask: 0xfffe)).state.position.y < -10)
    #expect(drop(Material(density: 1, category: 0)).state.position.y < -10)
  }

  @Test func sensorsReportButDoNotPush() {
    let body = drop(Material(density: 1, isSensor: true))
    #expect(body.state.position.y < -10)
    #expect(body.contacts == Contacts(begun: 1, ended: 1, latestHasBegun: false))
  }

  @Test func frictionBrakes() {
    let rough = drop(Material(density: 1, friction: 1), push: 2)
    let smooth = drop(Material(density: 1, friction: 0), push: 2)
    #expect(abs(rough.state.velocity.x) < 0.01)
    #expect(abs(smooth.state.velocity.x - 2) < 0.01)
  }

  @Test func restitutionBounces() {
    #expect(drop(Material(density: 1, restitution: 1)).contacts.begun > 2)
    #expect(drop(Material(density: 1, restitution: 0)).contacts.begun == 1)
  }

  @Test func negativeDensityStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Material(density: -1) }
    expectMessage("A density cannot be negative; got -1.0.", of: result)
  }

  @Test func negativeFrictionStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Material(friction: -1) }
    expectMessage("A friction cannot be negative; got -1.0.", of: result)
  }
}
