import ReinforcementLearning
import State

/// Land on the helipad, with engines that are either on or off: Gymnasium's `LunarLander-v3`.
///
/// | Action | Engine | Effect                               | Fuel (reward per step) |
/// |:-------|:-------|:-------------------------------------|:-----------------------|
/// | 0      | none   |                                      |                        |
/// | 1      | left   | pushes left and turns anticlockwise  | −0.03                  |
/// | 2      | main   | pushes up                            | −0.30                  |
/// | 3      | right  | pushes right and turns clockwise     | −0.03                  |
///
/// | Observation | Meaning                              | Unit              | Bounds |
/// |:------------|:-------------------------------------|:------------------|:-------|
/// | 0           | position right of the helipad        | 10 m              | ±2.5   |
/// | 1           | height above a landed lander         | 6⅔ m              | ±2.5   |
/// | 2           | velocity to the right                | 5 m/s             | ±10    |
/// | 3           | velocity upwards                     | 7.5 m/s           | ±10    |
/// | 4           | angle, anticlockwise, never wrapped  | rad               | ±2π    |
/// | 5           | angular velocity                     | 2.5 rad/s         | ±10    |
/// | 6           | right leg on the ground              | 0 or 1            | 0…1    |
/// | 7           | left leg on the ground               | 0 or 1            | 0…1    |
///
/// | Matter      | Rule                                                                       |
/// |:------------|:---------------------------------------------------------------------------|
/// | Reward      | increase of the potential, less fuel; −100 for a crash, 100 for rest       |
/// | Potential   | −100 distance − 100 speed − 100 \|angle\| + 10 per leg on the ground       |
/// | Start       | top of the view, random terrain and push; a first step without thrust      |
/// | Termination | hull touches the ground or \|observation 0\| ≥ 1 (crash); lander asleep    |
/// | Truncation  | none here; the specification sets 1,000 steps, solved from a return of 200 |
/// | Time step   | 0.02 s; 180 velocity and 60 position iterations                            |
///
/// Distance and speed are Euclidean norms in the units of the observation. The bounds are those
/// that Gymnasium declares; the lander can leave them. The legs come in Gymnasium's order, the first
/// of which stands on the right. A leg whose latest contact event was an end reads 0, even if it
/// still stands on another slope. Stepping on after the end keeps simulating. Two random numbers
/// disperse the engines' thrust in every step, whether they fire or not.
///
/// Equals Gymnasium's to the bit, given the same seed and actions: observations, rewards, ends and
/// the generator's state, over whole episodes (on x86-64 with glibc; elsewhere sine and cosine or the
/// library's rounding may differ in the last bit). A copy is a snapshot.
///
/// | Version | Difference                                                                  |
/// |:--------|:----------------------------------------------------------------------------|
/// | v3      | a new world and a new wind at every reset: a seed determines the episode    |
/// | v2      | kept the world and the wind's phase from one episode to the next; not here  |
///
/// Source: O. Klimov's LunarLander of OpenAI Gym, as maintained in Gymnasium 1.4; its physics is
/// Box2D 2.3 by E. Catto.
public struct LunarLander: Environment, Sendable {
  /// What the agent sees; see the table above.
  public typealias Observation = SIMD8<Float>

  private(set) var core: LunarLanderCore

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - gravity: The vertical acceleration, in m/s², between −12 and 0, both excluded.
  ///   - enableWind: Whether wind pushes and turns the lander while no leg is on the ground.
  ///   - windPower: The greatest force of the wind, in N. Gymnasium recommends 0 to 20 and warns
  ///     beyond it; here other values are accepted silently.
  ///   - turbulencePower: The greatest torque of the wind, in N m. Gymnasium recommends 0 to 2.
  public init(
    gravity: Double = -10, enableWind: Bool = false, windPower: Double = 15,
    turbulencePower: Double = 1.5
  ) {
    core = LunarLanderCore(
      LunarLanderSettings(
        gravity: gravity, enableWind: enableWind, windPower: windPower,
        turbulencePower: turbulencePower))
  }

  /// The name, limit and threshold under which the registry offers this environment.
  public static let specifications = [
    EnvironmentSpecification(
      name: "lunarlander", gymnasiumIDs: ["LunarLander-v3"], maxEpisodeSteps: 1000,
      rewardThreshold: 200, summary: "Land on the helipad with engines that are on or off."
    ) { LunarLander() }
  ]

  public var actionSpace: Discrete { Discrete(4) }

  public var observationSpace: Box { LunarLanderCore.observationSpace }

  /// Where everything is, or `nil` before the first reset.
  public var scene: LunarLanderScene? { core.simulation.map { LunarLanderScene($0) } }

  /// All that the future depends on besides settings and actions, or `nil` before the first reset.
  public var state: LunarLanderState? { core.state }

  /// Takes over a state of an environment with the same settings. If it does not fit, nothing
  /// changes.
  public mutating func restore(_ state: LunarLanderState) throws(Failure) {
    try core.restore(state)
  }

  /// Starts a new episode in a new world. There are no options.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD8<Float> {
    core.reset(seed: seed)
  }

  /// Lets a fiftieth of a second pass.
  ///
  /// - Parameter action: 0 to 3; see the table above.
  public mutating func step(_ action: Int) -> Step<SIMD8<Float>> {
    core.step(thrust(of: action))
  }

  public mutating func beginStep(_ action: Int, sharing work: inout RigidBodyWork) {
    core.beginStep(thrust(of: action), sharing: &work)
  }

  public mutating func endStep(
    _ action: Int, sharing work: inout RigidBodyWork, at index: Int
  ) -> Step<SIMD8<Float>> {
    core.endStep(thrust(of: action))
  }

  /// What the engines do for an action.
  private func thrust(of action: Int) -> LunarLanderSimulation.Thrust {
    precondition(
      (0...3).contains(action), "LunarLander has the actions 0, 1, 2 and 3; got \(action).")
    var thrust = LunarLanderSimulation.Thrust()
    switch action {
    case 1, 3:
      thrust.side = 1
      thrust.sideDirection = Double(action - 2)
    case 2: thrust.main = 1
    default: break
    }
    return thrust
  }
}

extension LunarLander: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try core.visitState(&visitor)
  }
}
