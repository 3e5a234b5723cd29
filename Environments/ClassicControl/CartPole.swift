import RandomNumbers
import ReinforcementLearning
import State

/// Balance a pole on a cart by pushing the cart.
///
/// The pole is hinged to the cart, which runs on a frictionless track, and starts nearly upright.
/// States, rewards and ends equal Gymnasium's CartPole to the bit, given the same seed and actions
/// and a C library with the same sine and cosine.
///
/// | Action | Meaning |
/// |-------:|---------|
/// |      0 | push the cart to the left, with 10 N |
/// |      1 | push the cart to the right, with 10 N |
///
/// | Observation | Scalar | Space | Episode goes on within |
/// |-:|-----------------------|---------------|---------------|
/// | 0 | cart position, m     | ±4.8          | ±2.4          |
/// | 1 | cart velocity, m/s   | any           | any           |
/// | 2 | pole angle, rad      | ±0.418 (24°)  | ±0.209 (12°)  |
/// | 3 | pole velocity, rad/s | any           | any           |
///
/// **Reward:** 1 for every step, the terminating one included. With `usesSuttonBartoReward`, 0 for
/// every step and −1 for the terminating one.
///
/// **Start:** every scalar of the state uniform in ±0.05; the reset options `low` and `high`
/// replace these bounds.
///
/// **End:** terminated when the cart's position or the pole's angle leaves its range, both bounds
/// still being inside. Stepping on after the end is allowed: the simulation continues, and the
/// reward is 0 (−1 in the other form) for as long as the state is outside.
///
/// | Version | Step limit | Reward threshold |
/// |---------|-----------:|-----------------:|
/// | `CartPole-v1` (`cartpole`) | 500 | 475 |
/// | `CartPole-v0` | 200 | 195 |
///
/// The limits are those of the registry entries; the bare environment never truncates.
///
/// Source: A. G. Barto, R. S. Sutton and C. W. Anderson, "Neuronlike Adaptive Elements That Can
/// Solve Difficult Learning Control Problems" (1983); equations of motion after R. V. Florian,
/// "Correct equations for the dynamics of the cart-pole system" (2007).
public struct CartPole: Environment, Sendable {
  /// How one step of 0.02 s is computed from the accelerations.
  @frozen
  public enum Integrator: Sendable, Hashable {
    /// Positions move with the velocities from before the step.
    case explicitEuler

    /// Positions move with the velocities from after the step.
    case semiImplicitEuler
  }

  /// The state of the simulation, of which the observation is the single-precision rounding.
  @frozen
  public struct State: Sendable, Hashable, Codable {
    /// The position of the cart in metres from the centre, positive to the right, and the angle
    /// of the pole in radians from the upright, positive to the right.
    public var coordinates: SIMD2<Double>

    /// The change of `coordinates` per second.
    public var velocities: SIMD2<Double>
  }

  /// Whether the reward is −1 at the terminating step and 0 before, instead of 1 at every step.
  public let usesSuttonBartoReward: Bool

  /// How a step is computed.
  public let integrator: Integrator

  /// The state, or `nil` before the first reset.
  public var state: State? { currentState }

  var currentState: State?

  /// The generator of the starts, or `nil` before the first reset.
  public private(set) var generator: PCG64?

  var hasTerminated = false

  /// Makes the environment, without a time limit.
  ///
  /// - Parameters:
  ///   - usesSuttonBartoReward: Whether the reward is −1 at the terminating step and 0 before.
  ///   - integrator: How a step is computed.
  public init(usesSuttonBartoReward: Bool = false, integrator: Integrator = .explicitEuler) {
    self.usesSuttonBartoReward = usesSuttonBartoReward
    self.integrator = integrator
  }

  public var actionSpace: Discrete { Discrete(2) }

  public var observationSpace: Box {
    let bounds = [
      Float(2 * State.positionLimit), .infinity, Float(2 * State.angleLimit), .infinity,
    ]
    return Box(low: bounds.map { -$0 }, high: bounds)
  }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: `low` and `high`, the bounds that the state is drawn from.
  /// - Returns: The first observation.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD4<Float> {
    let (low, high) = startBounds(in: options, low: -0.05, high: 0.05)
    var generator = PCG64(seed: seed, continuing: generator)
    let position = generator.uniform(low, high)
    let velocity = generator.uniform(low, high)
    let angle = generator.uniform(low, high)
    let angularVelocity = generator.uniform(low, high)
    let state = State(
      coordinates: SIMD2(position, angle), velocities: SIMD2(velocity, angularVelocity))
    self.generator = generator
    currentState = state
    hasTerminated = false
    return state.observation
  }

  /// Pushes the cart and advances the simulation by 0.02 s.
  ///
  /// - Parameter action: 0 for a push to the left, 1 for one to the right.
  public mutating func step(_ action: Int) -> Step<SIMD4<Float>> {
    step(force: force(of: action))
  }

  /// Pushes the cart with any force and advances the simulation by 0.02 s.
  ///
  /// - Parameter force: The force in N, positive to the right, a finite number.
  public mutating func step(force: Double) -> Step<SIMD4<Float>> {
    precondition(force.isFinite, "The force must be a finite number; got \(force).")
    guard var state = currentState else {
      preconditionFailure("Call reset before the first step.")
    }
    state.advance(force: force, integrator: integrator)
    return arrive(at: state)
  }

  /// The force of an action, in N.
  private func force(of action: Int) -> Double {
    precondition(action == 0 || action == 1, "The action must be 0 or 1; got \(action).")
    // Without a branch: nothing predicts the actions.
    return Double(20 &* action &- 10)
  }

  /// Ends a step in a state.
  private mutating func arrive(at state: State) -> Step<SIMD4<Float>> {
    currentState = state
    let isTerminated = state.isOutside
    let isFirstEnd = isTerminated && !hasTerminated
    if isTerminated { hasTerminated = true }
    let reward: Double =
      if usesSuttonBartoReward {
        isTerminated ? -1 : 0
      } else {
        !isTerminated || isFirstEnd ? 1 : 0
      }
    return Step(observation: state.observation, reward: reward, isTerminated: isTerminated)
  }
}

extension CartPole {
  /// The versions for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "cartpole", gymnasiumIDs: ["CartPole-v1"], maxEpisodeSteps: 500, rewardThreshold: 475,
      summary: "Balance a pole on a cart by pushing the cart.",
      make: { CartPole() }),
    EnvironmentSpecification(
      name: "cartpole-v0", gymnasiumIDs: ["CartPole-v0"], maxEpisodeSteps: 200,
      rewardThreshold: 195,
      summary: "Balance a pole on a cart by pushing the cart; the short version.",
      make: { CartPole() }),
  ]
}

// MARK: Ends

extension CartPole.State {
  static var positionLimit: Double { 2.4 }  // m

  static var angleLimit: Double { 12 * 2 * Double.pi / 360 }  // rad

  /// Whether the episode must end here.
  var isOutside: Bool {
    abs(coordinates[0]) > Self.positionLimit || abs(coordinates[1]) > Self.angleLimit
  }

  var observation: SIMD4<Float> {
    SIMD4(
      Float(coordinates[0]), Float(velocities[0]), Float(coordinates[1]), Float(velocities[1]))
  }
}

extension CartPole: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("state", &currentState)
    try visitor.visit("generator", &generator)
    try visitor.visit("has_terminated", &hasTerminated)
  }
}
