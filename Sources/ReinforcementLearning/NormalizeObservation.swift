import State

/// Shifts and scales observations to mean 0 and variance 1, by the statistics of all that there were.
///
/// Gymnasium's `NormalizeObservation`: each observation is taken into the statistics before it is
/// scaled by them, those of resets too; a mask of actions stays as it is. The statistics belong to
/// the environment's state where its base is `Stateful`, and to nothing else: each of several
/// environments has its own, a new one for an evaluation begins without any, and no two episodes
/// with the same seed are the same, which `checkEnvironment` finds. Agents of this package can do
/// the same themselves (`ObservationScaling.running`), with statistics that are saved with the
/// agent and never change in an evaluation.
public struct NormalizeObservation<Base: Environment>: StepTransformer {
  public typealias Observation = [Float]
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base
  /// The statistics of the observations.
  public private(set) var moments: RunningMoments<Float>
  /// Whether observations change the statistics.
  public var updatesStatistics = true
  /// What is added to a variance.
  public let epsilon: Double

  /// Normalises the observations of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - epsilon: What is added to a variance, so that nothing is divided by zero.
  public init(_ base: Base, epsilon: Double = 1e-8) {
    self.base = base
    self.epsilon = epsilon
    moments = RunningMoments(width: base.observationSpace.count)
  }

  public var observationSpace: Box {
    Box(low: -.infinity, high: .infinity, count: base.observationSpace.count)
  }

  public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    normalized(base.reset(seed: seed, options: options))
  }

  public mutating func transformed(_ step: Step<Base.Observation>) -> Step<[Float]> {
    step.showing(normalized(step.observation))
  }

  private mutating func normalized(_ observation: Base.Observation) -> [Float] {
    let scalars = observation.scalars
    if updatesStatistics { moments.add(scalars) }
    let mask = base.actionMask
    return scalars.indices.map { index in
      if let mask, mask.contains(index) { return scalars[index] }
      let deviation = (moments.variances[index] + Float(epsilon)).squareRoot()
      return (scalars[index] - moments.means[index]) / deviation
    }
  }
}

extension NormalizeObservation: Sendable where Base: Sendable {}

extension NormalizeObservation: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("moments", &moments)
    try visitor.check(
      moments.isSound(width: base.observationSpace.count), "statistics that fit no observation")
  }
}
