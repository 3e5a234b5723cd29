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

/// Drive a car out of a valley whose slopes are steeper than its engine is strong.
///
/// The way up the right hill is to swing back and forth. States, rewards and ends equal Gymnasium's
/// MountainCar to the bit, given the same seed and actions and a C library with the same cosine.
///
/// | Action | Meaning |
/// |-------:|---------|
/// |      0 | accelerate to the left |
/// |      1 | do not accelerate |
/// |      2 | accelerate to the right |
///
/// | Observation | Scalar | Space |
/// |-:|--------------------|-------------|
/// | 0 | position          | −1.2 to 0.6 |
/// | 1 | change per step   | ±0.07       |
///
/// **Reward:** −1 for every step.
///
/// **Start:** at rest, at a position uniform in −0.6 to −0.4; the reset options `low` and `high`
/// replace these bounds. The car stops at a wall at −1.2.
///
/// **End:** terminated at a position of at least 0.5 with at least the goal's velocity. Stepping on
/// after the end is allowed: the simulation continues.
///
/// | Version | Step limit | Reward threshold |
/// |---------|-----------:|-----------------:|
/// | `MountainCar-v0` (`mountaincar`) | 200 | −110 |
///
/// The limit is that of the registry entry; the bare environment never truncates.
///
/// Source: A. W. Moore, "Efficient Memory-based Learning for Robot Control" (1990).
public struct MountainCar: Environment, Sendable {
  /// The state of the simulation, of which the observation is the single-precision rounding.
  public struct State: Sendable, Hashable, Codable {
    /// Where the car is, positive to the right.
    public var position: Double

    /// The change of `position` per step.
    public var velocity: Double
  }

  /// The least velocity at the goal with which an episode ends.
  public let goalVelocity: Double

  /// The state, or `nil` before the first reset.
  public private(set) var state: State?

  /// The generator of the starts, or `nil` before the first reset.
  public private(set) var generator: PCG64?

  /// Makes the environment, without a time limit.
  ///
  /// - Parameter goalVelocity: The least velocity at the goal with which an episode ends.
  public init(goalVelocity: Double = 0) {
    self.goalVelocity = goalVelocity
  }

  public var actionSpace: Discrete { Discrete(3) }

  public var observationSpace: Box {
    Box(
      low: [Float(leftEnd), -Float(velocityLimit)], high: [Float(rightEnd), Float(velocityLimit)])
  }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: `low` and `high`, the bounds that the position is drawn from.
  /// - Returns: The first observation.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    let (low, high) = startBounds(in: options, low: -0.6, high: -0.4)
    var generator = PCG64(seed: seed, continuing: generator)
    let state = State(position: generator.uniform(low, high), velocity: 0)
    self.generator = generator
    self.state = state
    return state.observation
  }

  /// Accelerates the car and lets it roll for one step.
  ///
  /// - Parameter action: 0 to accelerate to the left, 1 not to, 2 to accelerate to the right.
  public mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    precondition((0...2).contains(action), "The action must be 0, 1 or 2; got \(action).")
    guard var state else { preconditionFailure("Call reset before the first step.") }
    state.advance(acceleration: Double(action - 1) * engine)
    self.state = state
    return Step(
      observation: state.observation, reward: -1,
      isTerminated: state.position >= goalPosition && state.velocity >= goalVelocity)
  }
}

extension MountainCar {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "mountaincar", gymnasiumIDs: ["MountainCar-v0"], maxEpisodeSteps: 200,
      rewardThreshold: -110,
      summary: "Drive a car out of a valley by swinging back and forth.",
      make: { MountainCar() })
  ]
}

// MARK: Dynamics

private let engine = 0.001  // acceleration per step
private let gravity = 0.0025  // acceleration per step, on the steepest slope
private let leftEnd = -1.2
private let rightEnd = 0.6
private let goalPosition = 0.5
private let velocityLimit = 0.07

extension MountainCar.State {
  fileprivate var observation: SIMD2<Float> { SIMD2(Float(position), Float(velocity)) }

  /// Advances by one step.
  ///
  /// The order of the operations decides the last bit of the result; keep it.
  fileprivate mutating func advance(acceleration: Double) {
    velocity += acceleration + cos(3 * position) * -gravity
    velocity = min(max(velocity, -velocityLimit), velocityLimit)
    position = min(max(position + velocity, leftEnd), rightEnd)
    if position == leftEnd && velocity < 0 { velocity = 0 }
  }
}

extension MountainCar: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("state", &state)
    try visitor.visit("generator", &generator)
  }
}
