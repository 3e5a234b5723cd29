import State

/// Truncates episodes after a number of steps.
///
/// The last step allowed, and every one after it, has `isTruncated` set; `isTerminated` stays
/// what the base says, so that both can be true at once. A return that bootstraps must ask for
/// `isTerminated`, not for this limit.
public struct TimeLimit<Base: Environment>: EnvironmentWrapper {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base

  /// How many steps an episode may last.
  public let maxEpisodeSteps: Int

  // Negative before the first reset.
  @usableFromInline var stepCount = -1

  /// Limits the episodes of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment; an episode of it that is under way is not continued.
  ///   - maxEpisodeSteps: How many steps an episode may last, one at least.
  public init(_ base: Base, maxEpisodeSteps: Int) {
    precondition(
      maxEpisodeSteps > 0, "An episode must be allowed at least one step; got \(maxEpisodeSteps).")
    self.base = base
    self.maxEpisodeSteps = maxEpisodeSteps
  }

  /// The steps taken since the last reset, or `nil` before the first.
  @inlinable public var elapsedSteps: Int? { stepCount < 0 ? nil : stepCount }

  @inlinable
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Base.Observation {
    stepCount = 0
    return base.reset(seed: seed, options: options)
  }

  @inlinable
  public mutating func step(_ action: Base.Action) -> Step<Base.Observation> {
    precondition(stepCount >= 0, "Call reset before the first step.")
    var step = base.step(action)
    count(&step)
    return step
  }

  @inlinable
  public mutating func beginStep(_ action: Base.Action, sharing work: inout Base.SharedWork) {
    precondition(stepCount >= 0, "Call reset before the first step.")
    base.beginStep(action, sharing: &work)
  }

  @inlinable
  public mutating func endStep(
    _ action: Base.Action, sharing work: inout Base.SharedWork, at index: Int
  ) -> Step<Base.Observation> {
    var step = base.endStep(action, sharing: &work, at: index)
    count(&step)
    return step
  }

  @inlinable
  mutating func count(_ step: inout Step<Base.Observation>) {
    stepCount += 1
    if stepCount >= maxEpisodeSteps { step.isTruncated = true }
  }
}

extension TimeLimit: Sendable where Base: Sendable {}

extension TimeLimit: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("steps", &stepCount, in: -1...Int.max)
  }
}
