import RandomNumbers
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderVehicleTests {
  @Test(arguments: 0..<20) func initialForceFollowsFromTheDraws(seed: UInt64) {
    var draws = PCG64(seed: seed)
    for _ in 0..<12 { _ = draws.next() }
    let expected = SIMD2(-1000 + 2000 * draws.random(), -1000 + 2000 * draws.random())
    let environment = LunarLander()
    _ = environment.reset(seed: seed)
    #expect(environment.state.simulation?.vehicle.initialForce == expected)
  }

  @Test func initialForceActsOnTheWholeLander() {
    var generator = PCG64(seed: 3)
    let world = World(gravity: .zero)
    let vehicle = LunarLanderVehicle(in: world, using: &generator)
    world.step(duration: 0.02, velocityIterations: 180, positionIterations: 60)
    let momentum = [vehicle.hull, vehicle.legs.right, vehicle.legs.left].reduce(SIMD2<Float>.zero) {
      $0 + $1.mass * $1.state.velocity
    }
    let expected = SIMD2<Float>(vehicle.initialForce * 0.02)
    #expect(abs(momentum.x - expected.x) < 1e-3 && abs(momentum.y - expected.y) < 1e-3)
  }

  @Test func massesAreGymnasiums() {
    var generator = PCG64(seed: 0)
    let vehicle = LunarLanderVehicle(in: World(gravity: .zero), using: &generator)
    #expect(vehicle.hull.mass.bitPattern == 0x409a_2222)
    #expect(vehicle.hull.inertia.bitPattern == 0x3f55_541c)
    #expect(abs(vehicle.hull.centerOfMass.y - 0.101_307_2) < 1e-6)
    #expect(abs(vehicle.legs.left.mass - 0.071_111_12) < 1e-7)
    #expect(vehicle.legs.left.mass == vehicle.legs.right.mass)
  }

  @Test func legsStartUprightAndSpread() {
    var generator = PCG64(seed: 0)
    let world = World(gravity: [0, -10])
    let vehicle = LunarLanderVehicle(in: world, using: &generator)
    let (right, left) = vehicle.legs
    #expect(right.state.angle == -0.05 && left.state.angle == 0.05)
    #expect(right.state.position.x == Float(10 + 20.0 / 30))
    #expect(left.state.position.x == Float(10 - 20.0 / 30))
    for _ in 0..<50 {
      world.step(duration: 0.02, velocityIterations: 180, positionIterations: 60)
    }
    // The joints turn from 0 to their limits, 0.4 rad outwards.
    let hull = vehicle.hull.state
    #expect(abs(right.state.angle - hull.angle - 0.35) < 0.01)
    #expect(abs(left.state.angle - hull.angle + 0.35) < 0.01)
    #expect(right.state.position.x > hull.position.x + 0.5)
    #expect(left.state.position.x < hull.position.x - 0.5)
  }

  /// Until a leg stands again after it has left one of two edges, it reads as up.
  @Test func legsReportTheLatestEvent() {
    let environment = LunarLander()
    var observation = environment.reset(seed: 0)
    guard let vehicle = environment.state.simulation?.vehicle else { return }
    var quirks = 0
    for _ in 0..<1000 {
      let step = environment.step(HeuristicController().discreteAction(observation))
      observation = step.observation
      for (index, leg) in [vehicle.legs.right, vehicle.legs.left].enumerated() {
        let contacts = leg.contacts
        #expect((observation[6 + index] == 1) == contacts.latestHasBegun)
        if contacts.current > 0 && !contacts.latestHasBegun { quirks += 1 }
      }
      if step.isTerminated { break }
    }
    #expect(quirks > 0)
  }
}
