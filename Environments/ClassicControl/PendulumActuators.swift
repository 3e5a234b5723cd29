import ReinforcementLearning
import State

/// Swing a pendulum up with several weak motors on one shaft and keep it upright.
///
/// The pendulum feels the mean of their torques, so that all but one are redundant: which of them
/// turns does not matter, and the noise in the torques of the others hides what one was good for.
/// Otherwise it is `Pendulum`, with the same physics, starts and rewards.
///
/// | Action | Meaning | Space |
/// |-:|-----------------|----|
/// | each of D | torque, N m, of which 1 / D counts | ±2 |
///
/// | Version | Motors | Step limit | Reward threshold |
/// |---------|-------:|-----------:|-----------------:|
/// | `pendulum-actuators` | 10 | 200 | none |
///
/// The limit is that of the registry entry; the bare environment never truncates.
public struct PendulumActuators: EnvironmentWrapper, Sendable {
  public typealias Observation = Pendulum.Observation

  /// The pendulum that is turned.
  public var base = Pendulum()

  public let actionSpace: Box

  /// Makes the environment, without a time limit.
  ///
  /// - Parameter count: How many motors there are, one at least.
  public init(count: Int = 10) {
    precondition(count > 0, "The pendulum needs a motor at least; got \(count).")
    let single = base.actionSpace
    actionSpace = Box(low: single.low[0], high: single.high[0], count: count)
  }

  /// Lets the motors turn and advances the simulation by 0.05 s.
  ///
  /// - Parameter action: The torque of each motor in N m. Values beyond ±2 are clipped, NaN is an
  ///   error.
  public mutating func step(_ action: [Float]) -> Step<SIMD3<Float>> {
    precondition(
      action.count == actionSpace.count && !action.contains(where: \.isNaN),
      "The action is a number for each of the \(actionSpace.count) motors; got \(action).")
    let (low, high) = (actionSpace.low[0], actionSpace.high[0])
    // In Double, so that equal torques have themselves as their mean, to the bit.
    let sum = action.reduce(0) { $0 + Double(min(max($1, low), high)) }
    return base.step([Float(sum / Double(action.count))])
  }
}

extension PendulumActuators {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "pendulum-actuators", maxEpisodeSteps: 200,
      summary: "Swing a pendulum up with ten motors, of which the mean counts.",
      make: { PendulumActuators() })
  ]
}

extension PendulumActuators: Stateful {}
