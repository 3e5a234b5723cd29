import RandomNumbers
import ReinforcementLearning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One episode of LunarLander: a world of its own and what happens in it.
///
/// Everything that Gymnasium computes in double precision is computed so here, in the same order,
/// and rounded to `Float` where it is handed to the world.
struct LunarLanderSimulation: Sendable {
  typealias Observation = SIMD8<Float>

  /// What the engines do in one step.
  struct Thrust {
    /// The power of the main engine: 0, or from 0.5 to 1.
    var main = 0.0

    /// The power of the side engines: 0, or from 0.5 to 1.
    var side = 0.0

    /// Which side engine: −1 for the left one, 1 for the right one.
    var sideDirection = 0.0
  }

  let terrain: LunarLanderTerrain
  private(set) var world: RigidWorld
  private let settings: LunarLanderSettings
  private(set) var wind: LunarLanderWind?
  private(set) var shaping: Double?
  private(set) var exhaust = LunarLanderExhaust()

  /// Sets the scene; `step` with no thrust then gives the episode's first observation.
  init(_ settings: LunarLanderSettings, using generator: inout PCG64) {
    self.settings = settings
    terrain = LunarLanderTerrain(using: &generator)
    world = Self.world(settings, over: terrain)
    let push = LunarLanderVehicle.initialForce(using: &generator)
    world.applyForce(SIMD2(push), to: LunarLanderVehicle.hull)
    wind = settings.enableWind ? LunarLanderWind(using: &generator) : nil
  }

  /// Takes an episode up; `nil` if the state of the world does not fit it.
  init?(
    _ settings: LunarLanderSettings, terrain: LunarLanderTerrain, wind: LunarLanderWind?,
    shaping: Double, state: RigidWorld.State
  ) {
    self.settings = settings
    self.terrain = terrain
    self.wind = wind
    self.shaping = shaping
    world = Self.world(settings, over: terrain)
    guard world.restore(state) else { return nil }
  }

  /// A lander at the top of a world.
  private static func world(
    _ settings: LunarLanderSettings, over terrain: LunarLanderTerrain
  ) -> RigidWorld {
    var world = LunarLanderVehicle.world
    world.gravity = [0, Float(settings.gravity)]
    terrain.addGround(to: &world)
    return world
  }

  /// Whether the hull has ever touched the ground.
  var hullHasTouched: Bool { world.contacts(of: LunarLanderVehicle.hull).begun > 0 }

  /// Whether the latest event of the right leg was a touch-down. A leg that leaves one of two slopes
  /// reads as up, as it does in Gymnasium.
  var rightLegIsDown: Bool { world.contacts(of: LunarLanderVehicle.rightLeg).latestHasBegun }

  /// The same for the left leg.
  var leftLegIsDown: Bool { world.contacts(of: LunarLanderVehicle.leftLeg).latestHasBegun }

  /// Lets a fiftieth of a second pass.
  mutating func step(_ thrust: Thrust, using generator: inout PCG64) -> Step<Observation> {
    push(thrust, using: &generator)
    world.step()
    return outcome(of: thrust)
  }

  /// Begins a step: wind and engines push, and the world is ready to be stepped.
  mutating func begin(
    _ thrust: Thrust, sharing work: inout RigidBodyWork, using generator: inout PCG64
  ) {
    push(thrust, using: &generator)
    work.add(&world)
  }

  /// Lets wind and engines push.
  private mutating func push(_ thrust: Thrust, using generator: inout PCG64) {
    blow()
    fire(thrust, using: &generator)
  }

  /// Pushes and turns the lander while no leg is on the ground.
  private mutating func blow() {
    guard !rightLegIsDown, !leftLegIsDown,
      let gust = wind?.nextGust(), let turbulence = wind?.nextTurbulence()
    else { return }
    world.applyForce(
      [Float(gust * settings.windPower), 0],
      torque: Float(turbulence * settings.turbulencePower), to: LunarLanderVehicle.hull)
  }

  /// Fires the engines. Two numbers are drawn even if both are off.
  private mutating func fire(_ thrust: Thrust, using generator: inout PCG64) {
    let scale = 30.0
    let state = world.state(of: LunarLanderVehicle.hull)
    let (x, y) = (Double(state.position.x), Double(state.position.y))
    let angle = Double(state.angle)
    let (tipX, tipY) = (sin(angle), cos(angle))
    let (sideX, sideY) = (-tipY, tipX)
    let first = generator.uniform(-1, 1) / scale
    let second = generator.uniform(-1, 1) / scale

    if thrust.main > 0 {
      let down = 4 / scale + 2 * first
      let offsetX = tipX * down + sideX * second
      let offsetY = -tipY * down - sideY * second
      world.applyImpulse(
        [Float(-offsetX * 13 * thrust.main), Float(-offsetY * 13 * thrust.main)],
        at: [Float(x + offsetX), Float(y + offsetY)], to: LunarLanderVehicle.hull)
      exhaust.add(
        at: [x + offsetX, y + offsetY],
        velocity: 13 / puffMass(density: 3.5) * thrust.main * [offsetX, offsetY],
        power: thrust.main)
    }
    if thrust.side > 0 {
      let away = 3 * second + thrust.sideDirection * 12 / scale
      let offsetX = tipX * first + sideX * away
      let offsetY = -tipY * first - sideY * away
      // 17 and 14 are not a slip: Gymnasium's side engines do not sit quite symmetrically.
      let place = SIMD2(x + offsetX - tipX * 17 / scale, y + offsetY + tipY * 14 / scale)
      world.applyImpulse(
        [Float(-offsetX * 0.6 * thrust.side), Float(-offsetY * 0.6 * thrust.side)],
        at: SIMD2(place), to: LunarLanderVehicle.hull)
      exhaust.add(
        at: place, velocity: 0.6 / puffMass(density: 0.7) * thrust.side * [offsetX, offsetY],
        power: thrust.side)
    }
    exhaust.age()
  }

  /// The mass of the disc, of two of Gymnasium's pixels, that an engine blows out, in kg.
  private func puffMass(density: Double) -> Double { density * .pi * 4 / 900 }

  /// Observes the world and rewards the change of potential less the fuel.
  mutating func outcome(of thrust: Thrust) -> Step<Observation> {
    let state = world.state(of: LunarLanderVehicle.hull)
    let (halfWidth, halfHeight) = (LunarLanderTerrain.width / 2, LunarLanderTerrain.height / 2)
    let standing = terrain.helipadHeight + 18 / 30.0
    let x = (Double(state.position.x) - halfWidth) / halfWidth
    let y = (Double(state.position.y) - standing) / halfHeight
    let velocityX = Double(state.velocity.x) * halfWidth / 50
    let velocityY = Double(state.velocity.y) * halfHeight / 50
    let angle = Double(state.angle)
    let angularVelocity = 20 * Double(state.angularVelocity) / 50
    let right = rightLegIsDown ? 1.0 : 0
    let left = leftLegIsDown ? 1.0 : 0

    let distance = (x * x + y * y).squareRoot()
    let speed = (velocityX * velocityX + velocityY * velocityY).squareRoot()
    let potential = -100 * distance - 100 * speed - 100 * abs(angle) + 10 * right + 10 * left
    var reward = 0.0
    if let shaping { reward = potential - shaping }
    shaping = potential
    reward -= thrust.main * 0.30
    reward -= thrust.side * 0.03

    var isTerminated = false
    if hullHasTouched || abs(x) >= 1 {
      isTerminated = true
      reward = -100
    }
    if !world.isAwake(LunarLanderVehicle.hull) {
      isTerminated = true
      reward = 100
    }
    return Step(
      observation: SIMD8(
        Float(x), Float(y), Float(velocityX), Float(velocityY), Float(angle),
        Float(angularVelocity), Float(right), Float(left)),
      reward: reward, isTerminated: isTerminated)
  }
}
