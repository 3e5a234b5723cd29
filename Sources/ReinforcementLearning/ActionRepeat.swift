import State

/// Takes each action several times in a row.
///
/// One step of the wrapper is up to `count` steps of the base: it stops early at the end of the
/// episode, and where a mask forbids the action. The reward is the sum; observation, flags and
/// `info` are those of the last step taken. A `TimeLimit` inside counts the base's steps, one
/// outside counts the decisions.
public struct ActionRepeat<Base: Environment>: EnvironmentWrapper {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base

  /// How often an action is taken.
  public let count: Int

  /// Repeats the actions of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - count: How often to take each action, once at least.
  public init(_ base: Base, count: Int) {
    precondition(count > 0, "An action must be taken at least once; got \(count).")
    self.base = base
    self.count = count
  }

  @inlinable
  public mutating func step(_ action: Base.Action) -> Step<Base.Observation> {
    var step = base.step(action)
    var reward = step.reward
    var taken = 1
    while taken < count && !step.isLast && base.allows(action, on: step.observation) {
      step = base.step(action)
      reward += step.reward
      taken += 1
    }
    step.reward = reward
    return step
  }
}

extension ActionRepeat: Sendable where Base: Sendable {}

extension ActionRepeat: Stateful where Base: Stateful {}
