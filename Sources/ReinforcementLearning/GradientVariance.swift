import RandomNumbers
import State
import Statistics

/// The variance of a gradient estimator, from independent estimates at the same parameters.
///
/// The headline is the logarithm of the trace of the covariance, log Σ_i Var_i. The mean of the
/// coordinates' log-variances, which Grathwohl et al. (2018) plot, is kept beside it; coordinates
/// that never vary (dead units) are masked there and counted, since they would decide it.
public struct GradientVariance: Sendable {
  /// The squared distances to the mean need the estimates themselves, once the mean is known.
  private var estimates: [[Float]] = []
  private var moments = SampleMoments()

  public init() {}

  /// Adds an estimate; all must have the same number of coordinates.
  public mutating func add(_ gradient: [Float]) {
    moments.add(gradient)
    estimates.append(gradient)
  }

  /// The number of estimates.
  public var count: Int { moments.count }

  /// What the estimates say; `nil` with fewer than two.
  public var summary: Summary? {
    guard count > 1 else { return nil }
    let distances = estimates.map { moments.squaredDistance(of: $0) }
    return Summary(
      logTrace: moments.logTrace,
      logTraceStandardError: moments.logTraceStandardError(squaredDistances: distances),
      meanLogVariance: moments.meanLogVariance, constantCoordinates: moments.constantCoordinates,
      estimates: count, squaredDistances: distances)
  }

  /// The figures of a set of estimates; NaN those that depend on an estimate that is not finite.
  public struct Summary: Sendable {
    /// log Σ_i Var_i; minus infinity where nothing varies by more than rounding.
    public let logTrace: Double
    /// The standard error of `logTrace`.
    public let logTraceStandardError: Double
    /// The mean over the coordinates that vary of log Var_i; minus infinity where none does.
    public let meanLogVariance: Double
    /// How many coordinates do not vary by more than rounding.
    public let constantCoordinates: Int
    /// How many estimates there were.
    public let estimates: Int
    /// The squared distance of each estimate from their mean, for paired comparisons.
    public let squaredDistances: [Double]

    /// How much larger `logTrace` is than another estimator's from the same episodes, and the
    /// standard error of that difference, which is smaller than the two errors together since the
    /// luck of the episodes is shared.
    public func difference(from other: Summary) -> (value: Double, standardError: Double) {
      precondition(
        squaredDistances.count == other.squaredDistances.count,
        "difference: \(estimates) estimates cannot be paired with \(other.estimates)")
      let (own, theirs) = (mean(squaredDistances), mean(other.squaredDistances))
      let relative = zip(squaredDistances, other.squaredDistances).map {
        $0 / own - $1 / theirs
      }
      return (logTrace - other.logTrace, Statistics.standardError(relative))
    }
  }
}

/// Measures the variance of an agent's policy gradient over fresh episodes of an environment that is
/// not the one in training; nothing changes in the agent.
public func measureGradientVariance<E: Environment, A: Agent>(
  of agent: A, in environment: inout E, episodes: Int, seed: UInt64, _ monitor: Monitor = .silent
) throws(Failure) -> GradientVariance.Summary? where A.Action == E.ActionSpace.Element {
  var agent = agent
  var streams = RandomStreams(seed: seed)
  var variance = GradientVariance()
  for index in 0..<episodes {
    try monitor.check("variance of the gradient, episode", index, of: episodes)
    let episode = try collectEpisode(
      in: &environment, with: &agent, seed: index == 0 ? seed : nil, using: &streams.evaluation,
      monitor, named: "episode \(index + 1) of a measurement")
    variance.add(agent.policyGradient(of: episode, using: &streams.relaxation))
  }
  return variance.summary
}
