import RandomNumbers
import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One episode of BipedalWalker: a world of its own and what happens in it.
///
/// What Gymnasium computes in double precision is computed so here, and what NumPy makes single
/// precision of is single here, in the same order.
struct BipedalWalkerSimulation: Sendable {
  let terrain: BipedalWalkerTerrain
  private(set) var world: RigidWorld
  private(set) var shaping: Double?
  /// How many steps have been taken; nothing but the picture depends on it.
  private(set) var stepCount = 0
  /// Where the clouds can be drawn from; `nil` in an episode that was taken up.
  let cloudGenerator: PCG64?

  /// Sets the scene; `step` with no torque then gives the episode's first observation.
  init(hardcore: Bool, using generator: inout PCG64) {
    terrain = BipedalWalkerTerrain(hardcore: hardcore, using: &generator)
    world = BipedalWalkerVehicle.world
    terrain.addGround(to: &world)
    // Gymnasium draws ten clouds, of eleven numbers each, before it pushes.
    cloudGenerator = generator
    for _ in 0..<110 { _ = generator.next() }
    world.applyForce([Float(generator.uniform(-5, 5)), 0], to: BipedalWalkerVehicle.hull)
  }

  /// Takes an episode up; `nil` if the state of the world does not fit it.
  init?(terrain: BipedalWalkerTerrain, shaping: Double, state: RigidWorld.State) {
    self.terrain = terrain
    self.shaping = shaping
    cloudGenerator = nil
    world = BipedalWalkerVehicle.world
    terrain.addGround(to: &world)
    guard world.restore(state) else { return nil }
  }

  /// Whether the hull has ever touched the ground.
  var hullHasTouched: Bool { world.contacts(of: BipedalWalkerVehicle.hull).begun > 0 }

  /// Lets a fiftieth of a second pass.
  mutating func step(_ action: [Float]) -> Step<[Float]> {
    drive(action)
    world.step()
    return outcome(of: action)
  }

  /// Begins a step: the motors are set, and the world is ready to be stepped.
  mutating func begin(_ action: [Float], sharing work: inout RigidBodyWork) {
    drive(action)
    work.add(&world)
  }

  /// Sets the motors: the sign of an action is the direction, its size the share of the torque.
  private mutating func drive(_ action: [Float]) {
    for (joint, action) in action.enumerated() {
      let direction: Float = action > 0 ? 1 : action < 0 ? -1 : 0
      world.drive(
        joint: joint,
        RevoluteJoint.Motor(
          speed: BipedalWalkerVehicle.greatestSpeeds[joint] * direction,
          maximumTorque: BipedalWalkerVehicle.greatestTorque * min(abs(action), 1)))
    }
  }

  /// Observes the world and rewards the change of potential less the effort.
  mutating func outcome(of action: [Float]) -> Step<[Float]> {
    let hull = world.state(of: BipedalWalkerVehicle.hull)
    let x = Double(hull.position.x)
    let potential = 130 * x / 30 - 5 * abs(Double(hull.angle))
    var reward = Float(shaping.map { potential - $0 } ?? 0)
    shaping = potential
    stepCount += 1
    for action in action { reward -= Self.effortCost * min(abs(action), 1) }

    let hasFallen = hullHasTouched || x < 0
    return Step(
      observation: observation(hull), reward: hasFallen ? -100 : Double(reward),
      isTerminated: hasFallen || x > Self.finish)
  }

  /// The reward that the full torque of a motor costs in one step.
  private static let effortCost = Float(0.00035 * 80.0)

  /// Where the walker has arrived, in m.
  private static let finish = 190 * BipedalWalkerTerrain.step

  private func observation(_ hull: BodyState) -> [Float] {
    [Float](unsafeUninitializedCapacity: 24) { row, count in
      func append(_ value: Double) {
        row[count] = Float(value)
        count += 1
      }
      append(Double(hull.angle))
      append(2 * Double(hull.angularVelocity) / 50)
      append(0.3 * Double(hull.velocity.x) * (600 / 30) / 50)
      append(0.3 * Double(hull.velocity.y) * (400 / 30.0) / 50)
      for (index, leg) in BipedalWalkerVehicle.lowerLegs.enumerated() {
        let (hip, knee) = (
          world.state(ofJoint: 2 * index), world.state(ofJoint: 2 * index + 1)
        )
        append(Double(hip.angle))
        append(Double(hip.speed) / 4)
        append(Double(knee.angle) + 1)
        append(Double(knee.speed) / 6)
        append(world.contacts(of: leg).latestHasBegun ? 1 : 0)
      }
      for ray in Self.rays {
        let end = SIMD2<Double>(hull.position) + ray
        append(Double(world.castRay(from: hull.position, to: SIMD2<Float>(end))))
      }
    }
  }

  /// Where a ray of the lidar from the hull ends: at what it meets, or where it gives up.
  func reach(ofRay index: Int, from start: SIMD2<Double>) -> SIMD2<Double> {
    let ray = Self.rays[index]
    return start + Double(world.castRay(from: SIMD2(start), to: SIMD2(start + ray))) * ray
  }

  /// The ways of the ten rays of the lidar, in m: from straight down to nearly straight ahead.
  static let rays: [SIMD2<Double>] = (0..<10).map { index in
    let angle = 1.5 * Double(index) / 10
    return SIMD2(sin(angle) * (160 / 30), -(cos(angle) * (160 / 30)))
  }
}
