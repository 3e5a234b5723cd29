import RandomNumbers
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderVehicleTests {
  @Test(arguments: 0..<20) func initialForceFollowsFromTheDraws(seed: UInt64) {
    var draws = PCG64(seed: seed)
    for _ in 0..<12 { _ = draws.next() }
    let expected = SIMD2(-1000 + 2000 * draws.random(), -1000 + 2000 * draws.random())
    var generator = PCG64(seed: seed)
    _ = LunarLanderTerrain(using: &generator)
    #expect(LunarLanderVehicle.initialForce(using: &generator) == expected)
  }

  @Test func initialForceActsOnTheWholeLander() {
    var world = LunarLanderVehicle.world
    world.applyForce([300, -700], to: LunarLanderVehicle.hull)
    let masses = (0..<3).map { body in world.mass(of: body) }
    step(&world)
    let momentum = (0..<3).reduce(SIMD2<Float>.zero) {
      $0 + masses[$1] * world.state(of: $1).velocity
    }
    #expect(abs(momentum.x - 6) < 1e-3 && abs(momentum.y + 14) < 1e-3)
  }

  @Test func massesAreGymnasiums() {
    let world = LunarLanderVehicle.world
    #expect(world.mass(of: LunarLanderVehicle.hull).bitPattern == 0x409a_2222)
    #expect(world.inertia(of: LunarLanderVehicle.hull).bitPattern == 0x3f55_5420)
    #expect(abs(world.mass(of: LunarLanderVehicle.leftLeg) - 0.071_111_12) < 1e-7)
    #expect(
      world.mass(of: LunarLanderVehicle.leftLeg) == world.mass(of: LunarLanderVehicle.rightLeg))
  }

  @Test func legsStartUprightAndSpread() {
    var world = LunarLanderVehicle.world
    world.gravity = [0, -10]
    let (right, left) = (LunarLanderVehicle.rightLeg, LunarLanderVehicle.leftLeg)
    #expect(world.state(of: right).angle == -0.05 && world.state(of: left).angle == 0.05)
    #expect(world.state(of: right).position.x == Float(10 + 20.0 / 30))
    #expect(world.state(of: left).position.x == Float(10 - 20.0 / 30))
    for _ in 0..<50 { step(&world) }
    // The joints turn from 0 to their limits, 0.4 rad outwards.
    let hull = world.state(of: LunarLanderVehicle.hull)
    #expect(abs(world.state(of: right).angle - hull.angle - 0.35) < 0.04)
    #expect(abs(world.state(of: left).angle - hull.angle + 0.35) < 0.04)
    #expect(world.state(of: right).position.x > hull.position.x + 0.5)
    #expect(world.state(of: left).position.x < hull.position.x - 0.5)
  }

  private func step(_ world: inout RigidWorld) {
    world.step(duration: 0.02, velocityIterations: 180, positionIterations: 60)
  }

  /// Until a leg stands again after it has left one of two edges, it reads as up.
  @Test func legsReportTheLatestEvent() {
    var environment = LunarLander()
    var observation = environment.reset(seed: 0)
    var quirks = 0
    for _ in 0..<1000 {
      let step = environment.step(HeuristicController().discreteAction(observation))
      observation = step.observation
      guard let world = environment.core.simulation?.world else { return }
      for (index, leg) in [LunarLanderVehicle.rightLeg, LunarLanderVehicle.leftLeg].enumerated() {
        let contacts = world.contacts(of: leg)
        #expect((observation[6 + index] == 1) == contacts.latestHasBegun)
        if contacts.current > 0 && !contacts.latestHasBegun { quirks += 1 }
      }
      if step.isTerminated { break }
    }
    #expect(quirks > 0)
  }
}
