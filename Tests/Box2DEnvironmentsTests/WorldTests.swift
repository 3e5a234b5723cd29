import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct WorldTests {
  @Test func bodiesFallUnderGravity() {
    let world = World(gravity: [1, -10])
    let body = world.addDynamicBody(at: [3, 4], angle: 0.5)
    body.addBox(halfWidth: 0.5, halfHeight: 0.5, material: Material(density: 1))
    for _ in 0..<10 {
      world.step(duration: 0.1, velocityIterations: 8, positionIterations: 3)
    }
    let state = body.state
    #expect(abs(state.velocity.x - 1) < 1e-5 && abs(state.velocity.y + 10) < 1e-4)
    // Semi-implicit Euler: 0.1² (1 + 2 + … + 10) = 0.55.
    #expect(abs(state.position.x - 3.55) < 1e-5 && abs(state.position.y + 1.5) < 1e-4)
    #expect(state.angle == 0.5)
  }

  @Test func staticBodiesStay() {
    let world = World(gravity: [0, -10])
    let body = world.addStaticBody(at: [1, 2], angle: 0.25)
    world.step(duration: 1, velocityIterations: 8, positionIterations: 3)
    #expect(body.state.position == [1, 2] && body.state.angle == 0.25)
    #expect(body.mass == 0)
  }

  @Test func rayHitsTheNearestShapeOfItsCategories() throws {
    let world = World(gravity: .zero)
    let near = world.addStaticBody(at: [5, 0])
    near.addBox(halfWidth: 1, halfHeight: 1, material: Material(category: 0x0002))
    let far = world.addStaticBody(at: [8, 0])
    far.addBox(halfWidth: 1, halfHeight: 1, material: Material(category: 0x0001))
    let hit = try #require(world.castRay(from: .zero, to: [10, 0]))
    #expect(hit.point == [4, 0] && hit.normal == [-1, 0] && abs(hit.fraction - 0.4) < 1e-6)
    let behind = try #require(world.castRay(from: .zero, to: [10, 0], mask: 0x0001))
    #expect(abs(behind.point.x - 7) < 1e-5)
    #expect(world.castRay(from: .zero, to: [0, 10]) == nil)
    #expect(world.castRay(from: .zero, to: [10, 0], mask: 0x0004) == nil)
  }

  @Test func bodiesKeepTheirWorldAlive() {
    weak var world: World?
    var body: Body?
    do {
      let made = World(gravity: [0, -10])
      world = made
      body = made.addDynamicBody(at: [1, 2])
    }
    #expect(world != nil)
    #expect(body?.state.position == [1, 2])
    body = nil
    #expect(world == nil)
  }

  @Test func aRayWithoutLengthStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = World(gravity: .zero).castRay(from: [1, 1], to: [1, 1])
    }
    expectMessage("A ray must have a length", of: result)
  }
}
