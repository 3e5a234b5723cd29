import Testing

@testable import Box2DEnvironments

@Suite struct RigidWorldGroundTests {
  /// A square block from 2 to 4 on both axes, over a floor.
  private func world() -> RigidWorld {
    var world = RigidWorld(gravity: [0, -10])
    world.addBlock(.hull([[2, 4], [4, 4], [4, 2], [2, 2]]), friction: 0.5)
    world.addEdge(from: [-10, 0], to: [10, 0], friction: 0.5)
    return world
  }

  @Test func raysEndAtTheNearestPieceOfGround() {
    let world = world()
    #expect(world.castRay(from: [3, 8], to: [3, -8]) == 0.25)
    #expect(world.castRay(from: [0, 8], to: [0, -8]) == 0.5)
    #expect(world.castRay(from: [0, 3], to: [8, 3]) == 0.25)
    #expect(world.castRay(from: [8, 3], to: [0, 3]) == 0.5)
    #expect(world.castRay(from: [0, 8], to: [8, 8]) == 1)
    #expect(world.castRay(from: [0, 4.5], to: [3.5, 4.5]) == 1)
    #expect(world.castRay(from: [0, 1], to: [0, 0.5]) == 1)
    #expect(world.castRay(from: [0, -4], to: [0, 4]) == 0.5)
  }

  @Test func raysSeeNoBlockThatTheyStartIn() {
    let world = world()
    #expect(world.castRay(from: [3, 3], to: [3, 8]) == 1)
    #expect(world.castRay(from: [3, 3], to: [3, -3]) == 0.5)
  }

  @Test func bodiesComeToRestOnBlocks() {
    var world = world()
    let box = world.addBody(
      at: [3, 5], angle: 0.3, shape: .box([0.2, 0.2]), density: 1, friction: 0.5)
    let beside = world.addBody(at: [5, 3], shape: .box([0.2, 0.2]), density: 1, friction: 0.5)
    for _ in 0..<300 { world.step() }
    #expect(!world.isAwake(box) && !world.isAwake(beside))
    #expect(abs(world.state(of: box).position.y - 4.2) < 0.03)
    #expect(abs(world.state(of: beside).position.y - 0.2) < 0.03)
    #expect(world.contacts(of: box).current == 1)
  }

  /// A fast body stops at a block within one step.
  @Test func bodiesDoNotPassThroughBlocks() {
    var world = RigidWorld(gravity: .zero)
    world.addBlock(.hull([[5, -5], [5.1, -5], [5.1, 5], [5, 5]]), friction: 0.5)
    let box = world.addBody(at: .zero, shape: .box([0.1, 0.1]), density: 1, friction: 0)
    world.applyImpulse([90 * world.mass(of: box), 0], at: .zero, to: box)
    for _ in 0..<20 { world.step() }
    let x = world.state(of: box).position.x
    #expect(x > 4.8 && x < 4.95)
  }

  /// More contacts than there is room for are left out; nothing else suffers.
  @Test func crowdedGroundStaysWithinItsMemory() {
    var world = RigidWorld(gravity: [0, -10])
    for _ in 0..<RigidWorld.blockCapacity {
      world.addBlock(.hull([[-1, -1], [1, -1], [1, 0], [-1, 0]]), friction: 0.5)
    }
    let bodies = (0..<5).map { _ in
      world.addBody(at: [0, 0.3], shape: .box([0.2, 0.2]), density: 1, friction: 0.5)
    }
    for first in 0..<4 {
      world.addJoint(
        between: first, at: .zero, and: first + 1, at: .zero, referenceAngle: 0, limits: -1...1,
        motor: RevoluteJoint.Motor(speed: 0, maximumTorque: 0))
    }
    var copy = world
    for _ in 0..<100 { world.step() }
    for body in bodies {
      let height = world.state(of: body).position.y
      #expect(abs(height - 0.2) < 0.05, "\(height)")
    }
    for _ in 0..<100 { copy.step() }
    #expect(copy.state == world.state)
  }
}
