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

/// Drive a car out of a valley with an engine that can be throttled, saving fuel.
///
/// As `MountainCar`, with a stronger engine and a nearer goal. States, rewards and ends equal
/// Gymnasium's MountainCarContinuous to the bit, given the same seed and actions and a C library
/// with the same cosine.
///
/// | Action | Meaning | Space |
/// |-:|--------------------------------------|----|
/// | 0 | throttle, positive to the right     | ±1 |
///
/// The engine gives no more than its space allows, but what is asked for beyond it costs fuel too.
///
/// | Observation | Scalar | Space |
/// |-:|--------------------|-------------|
/// | 0 | position          | −1.2 to 0.6 |
/// | 1 | change per step   | ±0.07       |
///
/// **Reward:** −0.1 times the square of the action, and 100 for a step that ends at the goal.
///
/// **Start:** at rest, at a position uniform in −0.6 to −0.4; the reset options `low` and `high`
/// replace these bounds. The car stops at a wall at −1.2.
///
/// **End:** terminated at a position of at least 0.45 with at least the goal's velocity. Stepping
/// on after the end is allowed: the simulation continues, with 100 for every step at the goal.
///
/// | Version | Step limit | Reward threshold |
/// |---------|-----------:|-----------------:|
/// | `MountainCarContinuous-v0` (`mountaincar-continuous`) | 999 | 90 |
///
/// The limit is that of the registry entry; the bare environment never truncates.
///
/// Source: A. W. Moore, "Efficient Memory-based Learning for Robot Control" (1990).
public struct MountainCarContinuous: Environment, Sendable {
  /// The state of the simulation, in single precision from the first step of an episode on.
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

  private var isAtStart = true

  /// Makes the environment, without a time limit.
  ///
  /// - Parameter goalVelocity: The least velocity at the goal with which an episode ends.
  public init(goalVelocity: Double = 0) {
    self.goalVelocity = goalVelocity
  }

  public var actionSpace: Box { Box(low: -1, high: 1, count: 1) }

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
    let position = generator.uniform(low, high)
    self.generator = generator
    state = State(position: position, velocity: 0)
    isAtStart = true
    return SIMD2(Float(position), 0)
  }

  /// Accelerates the car and lets it roll for one step.
  ///
  /// - Parameter action: The throttle. Values beyond ±1 are clipped, NaN is an error.
  public mutating func step(_ action: [Float]) -> Step<SIMD2<Float>> {
    precondition(
      action.count == 1 && !action[0].isNaN,
      "MountainCarContinuous takes one number as an action; got \(action).")
    guard let state else { preconditionFailure("Call reset before the first step.") }
    let throttle = action[0]
    let observation: SIMD2<Float>
    let isTerminated: Bool
    // NumPy computes in the precision of the state, which is double after a reset only.
    if isAtStart {
      var motion = Motion(position: state.position, velocity: state.velocity)
      motion.advance(throttle: throttle)
      observation = SIMD2(Float(motion.position), Float(motion.velocity))
      isTerminated = motion.isAtGoal(velocity: goalVelocity)
    } else {
      var motion = Motion(position: Float(state.position), velocity: Float(state.velocity))
      motion.advance(throttle: throttle)
      observation = SIMD2(motion.position, motion.velocity)
      isTerminated = motion.isAtGoal(velocity: goalVelocity)
    }
    isAtStart = false
    self.state = State(position: Double(observation[0]), velocity: Double(observation[1]))
    let fuel = Double(throttle) * Double(throttle) * 0.1
    return Step(
      observation: observation, reward: (isTerminated ? 100 : 0) - fuel,
      isTerminated: isTerminated)
  }
}

extension MountainCarContinuous {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "mountaincar-continuous", gymnasiumIDs: ["MountainCarContinuous-v0"],
      aliases: ["MountainCarContinuous"], maxEpisodeSteps: 999, rewardThreshold: 90,
      summary: "Drive a car out of a valley with an engine that can be throttled.",
      make: { MountainCarContinuous() })
  ]
}

// MARK: Dynamics

private let engine = 0.0015  // acceleration per step, at full throttle
private let gravity = 0.0025  // acceleration per step, on the steepest slope
private let leftEnd = -1.2
private let rightEnd = 0.6
private let goalPosition = 0.45
private let velocityLimit = 0.07

/// A position and its change per step, in the precision that NumPy computes with.
private struct Motion<Scalar: BinaryFloatingPoint> {
  var position: Scalar
  var velocity: Scalar

  func isAtGoal(velocity goalVelocity: Double) -> Bool {
    position >= Scalar(goalPosition) && velocity >= Scalar(goalVelocity)
  }

  /// Advances by one step.
  ///
  /// The order and the precision of the operations decide the last bit of the result; keep them.
  mutating func advance(throttle: Float) {
    let slope = gravity * cos(Double(3 * position))
    // A throttle that was clipped is a number of Python and makes the sum one in double precision,
    // even if it was not.
    let acceleration: Scalar =
      abs(throttle) > 1
      ? Scalar((throttle > 0 ? engine : -engine) - slope)
      : Scalar(throttle * Float(engine) - Float(slope))
    velocity += acceleration
    velocity = min(max(velocity, -Scalar(velocityLimit)), Scalar(velocityLimit))
    position = min(max(position + velocity, Scalar(leftEnd)), Scalar(rightEnd))
    if position == Scalar(leftEnd) && velocity < 0 { velocity = 0 }
  }
}

extension MountainCarContinuous: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("state", &state)
    try visitor.visit("generator", &generator)
    try visitor.visit("is_at_start", &isAtStart)
  }
}
