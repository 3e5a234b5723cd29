import State

/// Scales rewards so that their discounted sums have about the variance 1.
///
/// Gymnasium's `NormalizeReward`: a reward is divided by the standard deviation of the discounted sums of
/// rewards so far. Such a sum starts anew where the process ends, and goes on where it is only cut.
/// Rewards are not shifted. The statistics are those of this environment, as in `NormalizeObservation`;
/// an evaluation of what was learned is best made without the wrapper.
public struct NormalizeReward<Base: Environment>: StepTransformer {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base
  /// The statistics of the discounted sums.
  public private(set) var moments = RunningMoments<Double>(width: 1)
  /// Whether rewards change the statistics.
  public var updatesStatistics = true
  /// γ, the factor on the sum so far at each step.
  public let discount: Double
  /// What is added to the variance.
  public let epsilon: Double
  private var sum = 0.0

  /// Normalises the rewards of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - discount: γ, from 0 to 1.
  ///   - epsilon: What is added to the variance, so that nothing is divided by zero.
  public init(_ base: Base, discount: Double = 0.99, epsilon: Double = 1e-8) {
    precondition(
      (0...1).contains(discount), "NormalizeReward: the discount \(discount) is not in 0...1")
    self.base = base
    self.discount = discount
    self.epsilon = epsilon
  }

  public mutating func transformed(_ step: Step<Base.Observation>) -> Step<Base.Observation> {
    sum = (step.isTerminated ? 0 : sum * discount) + step.reward
    if updatesStatistics { moments.add([sum]) }
    var step = step
    step.reward /= (moments.variances[0] + epsilon).squareRoot()
    return step
  }
}

extension NormalizeReward: Sendable where Base: Sendable {}

extension NormalizeReward: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("moments", &moments)
    try visitor.check(moments.isSound(width: 1), "statistics that fit no reward")
    try visitor.visit("sum", &sum)
  }
}
