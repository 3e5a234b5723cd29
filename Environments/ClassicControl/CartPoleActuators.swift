import ReinforcementLearning
import State

/// Balance a pole on a cart that several small motors push at once, each to the left or to the right.
///
/// The cart feels the mean of what the motors do, so that all but one are redundant: which of them
/// pushes does not matter, and the noise in the choices of the others hides what a choice was good
/// for. Otherwise it is `CartPole`, with the same physics, starts, rewards and ends.
///
/// | Action | Meaning, for each of D motors |
/// |-------:|---------|
/// |      0 | push to the left, with 10 N / D |
/// |      1 | push to the right, with 10 N / D |
///
/// | Version | Motors | Step limit | Reward threshold |
/// |---------|-------:|-----------:|-----------------:|
/// | `cartpole-actuators` | 10 | 500 | 475 |
///
/// The limit is that of the registry entry; the bare environment never truncates.
public struct CartPoleActuators: EnvironmentWrapper, Sendable {
  public typealias Observation = CartPole.Observation

  /// The cart that is pushed.
  public var base = CartPole()

  public let actionSpace: MultiBinary

  /// Makes the environment, without a time limit.
  ///
  /// - Parameter count: How many motors there are, one at least.
  public init(count: Int = 10) {
    actionSpace = MultiBinary(count)
  }

  /// Lets the motors push and advances the simulation by 0.02 s.
  ///
  /// - Parameter action: For each motor 0 for a push to the left, 1 for one to the right.
  public mutating func step(_ action: [Int]) -> Step<SIMD4<Float>> {
    precondition(
      actionSpace.contains(action),
      "Each of the \(actionSpace.count) motors takes 0 or 1; got \(action).")
    let share = Double(action.reduce(0, +)) / Double(action.count)
    return base.step(force: 10 * (2 * share - 1))
  }
}

extension CartPoleActuators {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "cartpole-actuators", maxEpisodeSteps: 500, rewardThreshold: 475,
      summary: "Balance a pole on a cart that ten motors push, of which the mean counts.",
      make: { CartPoleActuators() })
  ]
}

extension CartPoleActuators: Stateful {}
