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

extension TimeLimit {
  /// Several environments with a limit each, whose bases make up a batch of their own.
  ///
  /// Since all take a step at the same time, one clock counts for them, and most steps look at none of them.
  public struct Batch: EnvironmentBatch {
    @usableFromInline var base: Base.Batch
    @usableFromInline var limits: [Int]
    /// What the clock said at the start of each episode; later than the clock before the first.
    @usableFromInline var starts: [Int]
    @usableFromInline var clock = 0
    /// No episode reaches its limit before.
    @usableFromInline var nextLimit = 0

    @inlinable
    public init(_ environments: [TimeLimit<Base>]) {
      base = Base.Batch(environments.map(\.base))
      limits = environments.map(\.maxEpisodeSteps)
      starts = environments.map { -$0.stepCount }
    }

    @inlinable public var count: Int { limits.count }

    @inlinable
    public subscript(index: Int) -> TimeLimit<Base> {
      get {
        var environment = TimeLimit(base[index], maxEpisodeSteps: limits[index])
        environment.stepCount = clock - starts[index]
        return environment
      }
      set {
        base[index] = newValue.base
        limits[index] = newValue.maxEpisodeSteps
        starts[index] = clock - newValue.stepCount
        nextLimit = clock
      }
    }

    @inlinable
    public mutating func reset(
      at index: Int, seed: UInt64?, options: [String: Double]
    ) -> Base.Observation {
      starts[index] = clock
      nextLimit = min(nextLimit, end(of: index))
      return base.reset(at: index, seed: seed, options: options)
    }

    @inlinable
    public mutating func step(_ actions: [Base.Action], into rows: BatchRows) {
      base.step(actions, into: rows)
      clock += 1
      rows.forEachIdle { starts[$0] += 1 }
      if clock >= nextLimit { truncate(rows) }
    }

    /// Ends the episodes that have reached their limits, and finds out when that can happen next.
    @usableFromInline
    mutating func truncate(_ rows: BatchRows) {
      nextLimit = .max
      for index in limits.indices where !rows.needsReset[index] {
        if clock - starts[index] >= limits[index] { rows.isTruncated[index] = true }
        nextLimit = min(nextLimit, end(of: index))
      }
    }

    /// When an episode reaches its limit; never, if that is beyond counting.
    @inlinable
    func end(of index: Int) -> Int {
      let (end, isBeyond) = starts[index].addingReportingOverflow(limits[index])
      return isBeyond ? .max : end
    }
  }
}

extension TimeLimit: Sendable where Base: Sendable {}

extension TimeLimit.Batch: Sendable where Base: Sendable, Base.Batch: Sendable {}

extension TimeLimit: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("steps", &stepCount, in: -1...Int.max)
  }
}
