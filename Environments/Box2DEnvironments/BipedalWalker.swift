import RandomNumbers
import ReinforcementLearning
import State

/// Walk to the right on two legs: Gymnasium's `BipedalWalker-v3` and `BipedalWalkerHardcore-v3`.
///
/// | Action | Motor                  | Greatest speed | Greatest torque |
/// |:-------|:-----------------------|:---------------|:----------------|
/// | 0      | hip of the first leg   | 4 rad/s        | 80 N m          |
/// | 1      | knee of the first leg  | 6 rad/s        | 80 N m          |
/// | 2      | hip of the second leg  | 4 rad/s        | 80 N m          |
/// | 3      | knee of the second leg | 6 rad/s        | 80 N m          |
///
/// The sign of an action is the direction in which its motor turns, always aiming at the greatest
/// speed; its size, up to 1, is the share of the torque that the motor may use for that.
///
/// | Observation | Meaning                                     | Unit             | Bounds |
/// |:------------|:--------------------------------------------|:-----------------|:-------|
/// | 0           | angle of the hull, anticlockwise            | rad              | ±π     |
/// | 1           | angular velocity of the hull                | 25 rad/s         | ±5     |
/// | 2           | velocity to the right                       | 8⅓ m/s           | ±5     |
/// | 3           | velocity upwards                            | 12½ m/s          | ±5     |
/// | 4           | angle of the first hip                      | rad              | ±π     |
/// | 5           | its speed                                   | 4 rad/s          | ±5     |
/// | 6           | angle of the first knee, plus 1             | rad              | ±π     |
/// | 7           | its speed                                   | 6 rad/s          | ±5     |
/// | 8           | first lower leg on the ground               | 0 or 1           | 0…5    |
/// | 9 to 13     | the same five for the second leg            |                  |        |
/// | 14 to 23    | lidar: how far ten rays get                 | 5⅓ m             | ±1     |
///
/// The rays of the lidar start at the hull: the first one straight down, each one 8.6° further
/// ahead. One that meets nothing within 5⅓ m reads 1.
///
/// | Matter      | Rule                                                                       |
/// |:------------|:---------------------------------------------------------------------------|
/// | Reward      | increase of the potential, less 0.028 Σ \|action\|; −100 for a fall         |
/// | Potential   | 4⅓ per metre to the right, −5 \|angle of the hull\|                         |
/// | Start       | standing on level ground, small random push; a first step without torque   |
/// | Termination | hull touches the ground or x < 0 (fall); arrival, 88⅔ m to the right       |
/// | Truncation  | none here; the specifications set 1,600 and 2,000 steps, solved from 300   |
/// | Time step   | 0.02 s; 180 velocity and 60 position iterations                            |
///
/// The ground rises and falls a little; in the hardcore version there are stumps, stairs and pits
/// as well. The bounds are those that Gymnasium declares; the walker can leave them. A leg whose
/// latest contact event was an end reads 0, even if it still stands on another slope. Stepping on
/// after the end keeps simulating. Rewards are single-precision numbers, as in Gymnasium with
/// NumPy 2.
///
/// Equals a new environment of Gymnasium's to the bit, given the same seed and actions:
/// observations, rewards, ends and the generator's state, over whole episodes (on x86-64 with
/// glibc; elsewhere sine and cosine or the library's rounding may differ in the last bit). Gymnasium
/// uses one world for all episodes of an environment, so that a later episode can differ from a
/// first one with the same seed: in the order of contacts, and from then on in the bits. Here every
/// episode has a world of its own. A copy is a snapshot.
///
/// | Version | Difference                                                                  |
/// |:--------|:----------------------------------------------------------------------------|
/// | v3      | the lidar returns the closest hit                                           |
/// | v2      | it returned the farthest; not here                                          |
///
/// Source: O. Klimov's BipedalWalker of OpenAI Gym, as maintained in Gymnasium 1.4; its physics is
/// Box2D 2.3 by E. Catto.
public struct BipedalWalker: Environment, Sendable {
  /// What the agent sees: 24 numbers; see the table above.
  public typealias Observation = [Float]

  /// Whether there are stumps, stairs and pits.
  public let hardcore: Bool

  var generator = PCG64(seed: .random(in: 0 ... .max))
  var simulation: BipedalWalkerSimulation?

  /// Makes the environment.
  ///
  /// - Parameter hardcore: Whether there are stumps, stairs and pits.
  public init(hardcore: Bool = false) {
    self.hardcore = hardcore
  }

  /// The names, limits and thresholds under which the registry offers this environment.
  public static let specifications = [
    EnvironmentSpecification(
      name: "bipedalwalker", gymnasiumIDs: ["BipedalWalker-v3"], maxEpisodeSteps: 1600,
      rewardThreshold: 300, summary: "Walk to the right on two legs with four motors."
    ) { BipedalWalker() },
    EnvironmentSpecification(
      name: "bipedalwalker-hardcore", gymnasiumIDs: ["BipedalWalkerHardcore-v3"],
      maxEpisodeSteps: 2000, rewardThreshold: 300,
      summary: "Walk on two legs over stumps, stairs and pits."
    ) { BipedalWalker(hardcore: true) },
  ]

  public var actionSpace: Box { Self.torques }

  private static let torques = Box(low: -1, high: 1, count: 4)

  public var observationSpace: Box { Self.observations }

  private static let observations: Box = {
    // Rounded up, as NumPy does it; `Float.pi` is rounded down.
    let turn = Float(Double.pi)
    let leg = [turn, 5, turn, 5]
    let hull = [turn, 5, 5, 5]
    let lidar = [Float](repeating: 1, count: 10)
    return Box(
      low: (hull + leg).map(-) + [0] + leg.map(-) + [0] + lidar.map(-),
      high: hull + leg + [5] + leg + [5] + lidar)
  }()

  /// Where everything is, or `nil` before the first reset.
  public var scene: BipedalWalkerScene? { simulation.map { BipedalWalkerScene($0) } }

  /// Starts a new episode in a new world. There are no options.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    if let seed { generator = PCG64(seed: seed) }
    var simulation = BipedalWalkerSimulation(hardcore: hardcore, using: &generator)
    // The first observation is what follows a step without torque; its reward is nobody's.
    let step = simulation.step([0, 0, 0, 0])
    self.simulation = simulation
    return step.observation
  }

  /// Lets a fiftieth of a second pass.
  ///
  /// - Parameter action: Four numbers; see the table above. Values beyond ±1 count as ±1, NaN is an
  ///   error.
  public mutating func step(_ action: [Float]) -> Step<[Float]> {
    check(action)
    guard let step = simulation?.step(action) else {
      preconditionFailure("Call reset before the first step.")
    }
    return step
  }

  public mutating func beginStep(_ action: [Float], sharing work: inout RigidBodyWork) {
    check(action)
    precondition(simulation != nil, "Call reset before the first step.")
    simulation?.begin(action, sharing: &work)
  }

  public mutating func endStep(
    _ action: [Float], sharing work: inout RigidBodyWork, at index: Int
  ) -> Step<[Float]> {
    guard let step = simulation?.outcome(of: action) else {
      preconditionFailure("Call reset before the first step.")
    }
    return step
  }

  private func check(_ action: [Float]) {
    precondition(
      action.count == 4 && !action.contains(where: \.isNaN),
      "BipedalWalker takes four numbers as an action; got \(action).")
  }
}
