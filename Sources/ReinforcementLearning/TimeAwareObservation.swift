import State

/// Shows the time beside each observation, as its last scalar.
///
/// Gymnasium's `TimeAwareObservation`, flattened. With it, a policy and V can know how near a time limit
/// is; V and ĉ of this package's agents can see the time without it (`Hyperparameters.usesTime`).
public struct TimeAwareObservation<Base: Environment>: StepTransformer {
  public typealias Observation = ObservationPair<Base.Observation, [Float]>
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base
  /// The time limit in steps.
  public let maxEpisodeSteps: Int
  /// Whether the time is a fraction of the limit, and not a number of steps.
  public let normalizesTime: Bool
  private var steps = 0

  /// Shows the time beside the observations of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - maxEpisodeSteps: Its time limit in steps, one at least.
  ///   - normalizesTime: Whether the time is a fraction of the limit, and not a number of steps.
  public init(_ base: Base, maxEpisodeSteps: Int, normalizesTime: Bool = false) {
    precondition(maxEpisodeSteps > 0, "TimeAwareObservation: a limit of \(maxEpisodeSteps) steps")
    self.base = base
    self.maxEpisodeSteps = maxEpisodeSteps
    self.normalizesTime = normalizesTime
  }

  public var observationSpace: Box {
    let space = base.observationSpace
    return Box(
      low: space.low + [0], high: space.high + [normalizesTime ? 1 : Float(maxEpisodeSteps)])
  }

  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Observation {
    steps = 0
    return timed(base.reset(seed: seed, options: options))
  }

  public mutating func transformed(_ step: Step<Base.Observation>) -> Step<Observation> {
    steps += 1
    return step.showing(timed(step.observation))
  }

  private func timed(_ observation: Base.Observation) -> Observation {
    let time = Double(steps) / (normalizesTime ? Double(maxEpisodeSteps) : 1)
    return ObservationPair(observation, [Float(time)])
  }
}

extension TimeAwareObservation: Sendable where Base: Sendable {}

extension TimeAwareObservation: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("steps", &steps, in: 0...Int.max)
  }
}
