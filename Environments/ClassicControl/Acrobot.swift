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

/// Swing the lower of two hanging links up, with a motor in the joint between them.
///
/// The upper link hangs from a fixed joint that turns freely. States, rewards and ends equal
/// Gymnasium's Acrobot to the bit, given the same seed and actions, the same C library, and NumPy
/// on a processor with fused multiply-add.
///
/// | Action | Meaning |
/// |-------:|---------|
/// |      0 | a torque of −1 N m on the joint between the links |
/// |      1 | no torque |
/// |      2 | a torque of 1 N m |
///
/// | Observation | Scalar | Space |
/// |-:|------------------------------------------------------|--------|
/// | 0 | cosine of the upper link's angle, 0 hanging down    | ±1     |
/// | 1 | sine of that angle                                  | ±1     |
/// | 2 | cosine of the lower link's angle to the upper one   | ±1     |
/// | 3 | sine of that angle                                  | ±1     |
/// | 4 | velocity of the first angle, rad/s                  | ±4π    |
/// | 5 | velocity of the second angle, rad/s                 | ±9π    |
///
/// **Reward:** −1 for every step, 0 for one that ends above the line.
///
/// **Start:** both angles and both velocities uniform in ±0.1; the reset options `low` and `high`
/// replace these bounds.
///
/// **End:** terminated when the free end is more than one link's length above the fixed joint.
/// Stepping on after the end is allowed: the simulation continues, and reward and end follow the
/// state.
///
/// | Version | Step limit | Reward threshold |
/// |---------|-----------:|-----------------:|
/// | `Acrobot-v1` (`acrobot`) | 500 | −100 |
///
/// The limit is that of the registry entry; the bare environment never truncates.
///
/// Source: R. S. Sutton, "Generalization in Reinforcement Learning: Successful Examples Using
/// Sparse Coarse Coding" (1996); R. S. Sutton and A. G. Barto, "Reinforcement Learning: An
/// Introduction", second edition (2018).
public struct Acrobot: Environment, Sendable {
  /// What the agent sees; see the table above.
  public typealias Observation = ObservationPair<SIMD4<Float>, SIMD2<Float>>

  /// Where the equations of motion come from.
  public enum Dynamics: Sendable, Hashable {
    /// The book.
    case book

    /// The paper, whose printed equation lacks a term.
    case paper
  }

  /// The state of the simulation.
  public struct State: Sendable, Hashable, Codable {
    /// The angle of the upper link from hanging down and that of the lower link from the line of
    /// the upper one, in radians, in ±π after each step.
    public var angles: SIMD2<Double>

    /// The change of `angles` per second.
    public var velocities: SIMD2<Double>
  }

  /// The equations of motion.
  public let dynamics: Dynamics

  /// The seconds from one step to the next.
  public let timeStep: Double

  /// The greatest random torque in N m that is added to the action's, uniform in ± this.
  public let torqueNoise: Double

  /// The state, or `nil` before the first reset.
  public private(set) var state: State?

  /// The generator of starts and of noise, or `nil` before the first reset.
  public private(set) var generator: PCG64?

  /// Makes the environment, without a time limit.
  ///
  /// - Parameters:
  ///   - dynamics: The equations of motion.
  ///   - timeStep: The seconds from one step to the next, above 0.
  ///   - torqueNoise: The greatest random torque in N m, 0 at least.
  public init(dynamics: Dynamics = .book, timeStep: Double = 0.2, torqueNoise: Double = 0) {
    precondition(
      timeStep > 0 && timeStep.isFinite, "A time step must be above 0; got \(timeStep).")
    precondition(
      torqueNoise >= 0 && torqueNoise.isFinite, "Noise must be at least 0; got \(torqueNoise).")
    self.dynamics = dynamics
    self.timeStep = timeStep
    self.torqueNoise = torqueNoise
  }

  public var actionSpace: Discrete { Discrete(3) }

  public var observationSpace: Box {
    let bounds = [1, 1, 1, 1, Float(velocityLimits[0]), Float(velocityLimits[1])]
    return Box(low: bounds.map { -$0 }, high: bounds)
  }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: `low` and `high`, the bounds that the state is drawn from.
  /// - Returns: The first observation.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Observation {
    let (low, high) = startBounds(in: options, low: -0.1, high: 0.1)
    var generator = PCG64(seed: seed, continuing: generator)
    var start = SIMD4<Float>()
    for index in 0..<4 { start[index] = Float(generator.uniform(low, high)) }
    self.generator = generator
    state = State(angles: SIMD2(start.lowHalf), velocities: SIMD2(start.highHalf))
    // Only here does Gymnasium have a state in single precision, and the functions for it.
    return Observation(
      SIMD4(
        numPyCosine(start[0]), numPySine(start[0]), numPyCosine(start[1]), numPySine(start[1])),
      start.highHalf)
  }

  /// Applies a torque and advances the simulation by one time step.
  ///
  /// - Parameter action: 0, 1 or 2 for a torque of −1, 0 or 1 N m.
  public mutating func step(_ action: Int) -> Step<Observation> {
    precondition((0...2).contains(action), "The action must be 0, 1 or 2; got \(action).")
    guard var state, var generator else {
      preconditionFailure("Call reset before the first step.")
    }
    var torque = Double(action - 1)
    if torqueNoise > 0 {
      torque += generator.uniform(-torqueNoise, torqueNoise)
      self.generator = generator
    }
    state.advance(by: timeStep, torque: torque, dynamics: dynamics)
    self.state = state
    let isTerminated = state.isAboveLine
    return Step(
      observation: state.observation, reward: isTerminated ? 0 : -1, isTerminated: isTerminated)
  }
}

extension Acrobot {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "acrobot", gymnasiumIDs: ["Acrobot-v1"], maxEpisodeSteps: 500, rewardThreshold: -100,
      summary: "Swing the lower of two hanging links up.",
      make: { Acrobot() })
  ]
}

// MARK: Dynamics

private let gravity = 9.8  // m/s²
private let linkLength = 1.0  // m
private let linkMass = 1.0  // kg
private let centerOfMass = 0.5  // m, from the upper end of a link
private let momentOfInertia = 1.0  // kg m²
private let velocityLimits = SIMD2(4 * Double.pi, 9 * Double.pi)  // rad/s

extension Acrobot.State {
  /// Whether the free end is more than a link's length above the fixed joint.
  fileprivate var isAboveLine: Bool { -cos(angles[0]) - cos(angles[1] + angles[0]) > 1 }

  fileprivate var observation: Acrobot.Observation {
    Acrobot.Observation(
      SIMD4(
        Float(cos(angles[0])), Float(sin(angles[0])), Float(cos(angles[1])), Float(sin(angles[1]))),
      SIMD2(velocities))
  }

  /// Advances by one step of the fourth-order Runge-Kutta method.
  fileprivate mutating func advance(
    by timeStep: Double, torque: Double, dynamics: Acrobot.Dynamics
  ) {
    func slope(at state: SIMD4<Double>) -> SIMD4<Double> {
      SIMD4(
        lowHalf: state.highHalf, highHalf: accelerations(at: state, torque: torque, dynamics))
    }
    let start = SIMD4(lowHalf: angles, highHalf: velocities)
    let halfStep = timeStep / 2
    let first = slope(at: start)
    let second = slope(at: start + halfStep * first)
    let third = slope(at: start + halfStep * second)
    let fourth = slope(at: start + timeStep * third)
    let slopes = first + 2 * second + 2 * third + fourth
    let end = start + (timeStep / 6) * slopes
    angles = SIMD2(wrapped(end[0]), wrapped(end[1]))
    velocities = end.highHalf.clamped(lowerBound: -velocityLimits, upperBound: velocityLimits)
  }
}

/// The changes of the velocities per second, where `state` has the angles before the velocities.
///
/// The order of the operations decides the last bit of the result; keep it.
private func accelerations(
  at state: SIMD4<Double>, torque: Double, _ dynamics: Acrobot.Dynamics
) -> SIMD2<Double> {
  let (firstAngle, secondAngle) = (state[0], state[1])
  let (firstVelocity, secondVelocity) = (state[2], state[3])
  let (cosine, sine) = (cos(secondAngle), sin(secondAngle))
  let coupling = linkMass * linkLength * centerOfMass
  let offCenter = linkMass * (centerOfMass * centerOfMass)

  // In the names of the sources: d1, d2, φ2 and φ1.
  let d1 =
    offCenter
    + linkMass * (linkLength + centerOfMass * centerOfMass + 2 * linkLength * centerOfMass * cosine)
    + momentOfInertia + momentOfInertia
  let d2 =
    linkMass * (centerOfMass * centerOfMass + linkLength * centerOfMass * cosine)
    + momentOfInertia
  let phi2 =
    linkMass * centerOfMass * gravity * cos(firstAngle + secondAngle - .pi / 2)
  let phi1 =
    -coupling * squared(secondVelocity) * sine
    - 2 * coupling * secondVelocity * firstVelocity * sine
    + (linkMass * centerOfMass + linkMass * linkLength) * gravity * cos(firstAngle - .pi / 2)
    + phi2

  let force =
    switch dynamics {
    case .book: torque + d2 / d1 * phi1 - coupling * squared(firstVelocity) * sine - phi2
    case .paper: torque + d2 / d1 * phi1 - phi2
    }
  let second = force / (offCenter + momentOfInertia - squared(d2) / d1)
  let first = -(d2 * second + phi1) / d1
  return SIMD2(first, second)
}

/// The angle in ±π, reached by whole turns.
private func wrapped(_ angle: Double) -> Double {
  var angle = angle
  while angle > .pi { angle -= 2 * .pi }
  while angle < -.pi { angle += 2 * .pi }
  return angle
}

extension Acrobot: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("state", &state)
    try visitor.visit("generator", &generator)
  }
}
