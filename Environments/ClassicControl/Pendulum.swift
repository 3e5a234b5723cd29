import RandomNumbers
import ReinforcementLearning
import State

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Swing a pendulum up with a weak motor and keep it upright.
///
/// States, rewards and ends equal Gymnasium's Pendulum to the bit, given the same seed and actions
/// and the same C library.
///
/// | Action | Meaning | Space |
/// |-:|-----------------|----|
/// | 0 | torque, N m    | ±2 |
///
/// | Observation | Scalar | Space |
/// |-:|---------------------------------------|----|
/// | 0 | cosine of the angle from the upright | ±1 |
/// | 1 | sine of the angle                    | ±1 |
/// | 2 | velocity of the angle, rad/s         | ±8 |
///
/// **Reward:** −(θ² + 0.1 θ′² + 0.001 u²), with the angle θ in ±π and its velocity from before the
/// step and the torque u as it was applied.
///
/// **Start:** the angle uniform in ±π, the velocity in ±1; the reset options `x_init` and `y_init`
/// replace π and 1.
///
/// **End:** none but the time limit.
///
/// | Version | Step limit | Reward threshold |
/// |---------|-----------:|-----------------:|
/// | `Pendulum-v1` (`pendulum`) | 200 | none |
///
/// The limit is that of the registry entry; the bare environment never truncates.
public struct Pendulum: Environment, Sendable {
  /// The state of the simulation.
  public struct State: Sendable, Hashable, Codable {
    /// The angle from the upright in radians, whole turns included.
    public var angle: Double

    /// The change of `angle` per second, in ±8 after each step.
    public var velocity: Double
  }

  /// The acceleration of gravity in m/s².
  public let gravity: Double

  /// The state, or `nil` before the first reset.
  public private(set) var state: State?

  /// The generator of the starts, or `nil` before the first reset.
  public private(set) var generator: PCG64?

  /// The torque of the last step in N m, which is only drawn; `nil` before the first step.
  private(set) var lastTorque: Float?

  /// Makes the environment, without a time limit.
  ///
  /// - Parameter gravity: The acceleration of gravity in m/s², a finite number.
  public init(gravity: Double = 10) {
    precondition(gravity.isFinite, "Gravity must be a finite number; got \(gravity).")
    self.gravity = gravity
  }

  public var actionSpace: Box { Box(low: -torqueLimit, high: torqueLimit, count: 1) }

  public var observationSpace: Box {
    let bounds = [1, 1, Float(velocityLimit)]
    return Box(low: bounds.map { -$0 }, high: bounds)
  }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: `x_init` and `y_init`, the greatest angle in radians and the greatest velocity in
  ///     radians per second, 0 at least; the start is drawn from ± these.
  /// - Returns: The first observation.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD3<Float> {
    let angleBound = options["x_init"] ?? .pi
    let velocityBound = options["y_init"] ?? 1
    for bound in [angleBound, velocityBound] {
      precondition(
        bound >= 0 && (2 * bound).isFinite, "The start cannot be drawn from ±\(bound).")
    }
    var generator = PCG64(seed: seed, continuing: generator)
    let angle = generator.uniform(-angleBound, angleBound)
    let velocity = generator.uniform(-velocityBound, velocityBound)
    let state = State(angle: angle, velocity: velocity)
    self.generator = generator
    self.state = state
    lastTorque = nil
    return state.observation
  }

  /// Applies a torque and advances the simulation by 0.05 s.
  ///
  /// - Parameter action: The torque in N m. Values beyond ±2 are clipped, NaN is an error.
  public mutating func step(_ action: [Float]) -> Step<SIMD3<Float>> {
    precondition(
      action.count == 1 && !action[0].isNaN,
      "Pendulum takes one number as an action; got \(action).")
    guard var state else { preconditionFailure("Call reset before the first step.") }
    let torque = min(max(action[0], -torqueLimit), torqueLimit)
    let cost = state.cost(torque: torque)
    state.advance(torque: torque, gravity: gravity)
    self.state = state
    lastTorque = torque
    return Step(observation: state.observation, reward: -cost)
  }
}

extension Pendulum {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "pendulum", gymnasiumIDs: ["Pendulum-v1"], maxEpisodeSteps: 200,
      summary: "Swing a pendulum up and keep it upright.",
      make: { Pendulum() })
  ]
}

// MARK: Dynamics

private let torqueLimit: Float = 2  // N m
private let velocityLimit = 8.0  // rad/s
private let timeStep = 0.05  // s
private let mass = 1.0  // kg
private let length = 1.0  // m

extension Pendulum.State {
  fileprivate var observation: SIMD3<Float> {
    SIMD3(Float(cos(angle)), Float(sin(angle)), Float(velocity))
  }

  /// What the reward is the negative of.
  ///
  /// The torque is a single-precision number in NumPy, and so is what is computed from it alone.
  fileprivate func cost(torque: Float) -> Double {
    squared(normalizedAngle) + 0.1 * squared(velocity) + Double(0.001 * squared(torque))
  }

  /// Advances by one time step; the angle moves with the velocity from after the step.
  ///
  /// The order and the precision of the operations decide the last bit of the result; keep them.
  fileprivate mutating func advance(torque: Float, gravity: Double) {
    let motor = Float(3 / (mass * length * length)) * torque
    velocity += (3 * gravity / (2 * length) * sin(angle) + Double(motor)) * timeStep
    velocity = min(max(velocity, -velocityLimit), velocityLimit)
    angle += velocity * timeStep
  }

  /// The angle in ±π.
  private var normalizedAngle: Double {
    let turn = 2 * Double.pi
    let rest = (angle + .pi).truncatingRemainder(dividingBy: turn)
    return (rest < 0 ? rest + turn : rest) - .pi
  }
}

extension Pendulum: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("state", &state)
    try visitor.visit("generator", &generator)
  }
}
