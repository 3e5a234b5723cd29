import ReinforcementLearning
import State

/// Choose D numbers at once, each near to a target of its own.
///
/// Neighbours are coupled, so that what a number is good for depends on the others: their noise is
/// in the reward, and no baseline that sees the state alone removes it. A control variate that sees
/// the actions can.
///
/// | Action | Meaning | Space |
/// |-|---------|----|
/// | each of D | a number | ±2 |
///
/// | Observation | Scalar | Space |
/// |-:|-----------------------|----|
/// | 0 | the sign of this step | ±1 |
///
/// **Reward:** −1/D [Σ (a_d − t_d)² + Σ (a_d − t_d)(a_{d+1} − t_{d+1})] with the actions a and the
/// targets t_d = ±(d + ½) / D for d in 0 ..< D, of the sign that is observed. It is never positive,
/// for 2xy ≥ −x² − y². The bounds of the actions are far from the targets, for where a policy without
/// bounds is clipped it has no slope to come back on.
///
/// **Start and steps:** the sign is drawn anew for each step, both with the same probability; in
/// episodes of one step it is always 1, and there is nothing to see and nothing random.
///
/// **End:** terminated after the horizon. Stepping on after the end is allowed.
///
/// | Version | D | Steps | Reward threshold |
/// |---------|--:|------:|-----------------:|
/// | `continuous-matching-1` | 1 | 1 | −0.0792 |
/// | `continuous-matching-10` | 10 | 1 | −0.0974 |
/// | `continuous-matching-100` | 100 | 1 | −0.0997 |
/// | `continuous-matching-1000` | 1000 | 1 | −0.1000 |
/// | `continuous-matching-10x10` | 10 | 10 | −0.9743 |
///
/// The thresholds are `solvedReturn`.
public struct ContinuousMatching: KnownOptimum, Sendable {
  /// The target of each number while the sign is 1.
  public let targets: [Double]

  public let actionSpace: Box

  private var episode: MatchingEpisode

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - count: D, how many numbers an action has, one at least.
  ///   - horizon: The steps that an episode lasts, one at least.
  public init(count: Int, horizon: Int = 1) {
    precondition(count > 0, "An action must have a number at least; got \(count).")
    targets = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    actionSpace = Box(low: -2, high: 2, count: count)
    episode = MatchingEpisode(horizon: horizon)
  }

  /// The steps that an episode lasts.
  public var horizon: Int { episode.horizon }

  public var observationSpace: Box { Box(low: -1, high: 1, count: 1) }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: There are none.
  /// - Returns: The first sign.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    episode.reset(seed: seed)
    return episode.observation
  }

  /// Takes the numbers.
  ///
  /// - Parameter action: D numbers. Values beyond ±2 are clipped, NaN is an error.
  public mutating func step(_ action: [Float]) -> Step<[Float]> {
    precondition(
      action.count == targets.count && !action.contains(where: \.isNaN),
      "An action has \(targets.count) numbers; got \(action).")
    let sign = Double(episode.sign)
    let reward = chainReward(count: targets.count) { d in
      Double(min(max(action[d], -2), 2)) - sign * targets[d]
    }
    let isTerminated = episode.advance()
    return Step(observation: episode.observation, reward: reward, isTerminated: isTerminated)
  }
}

// MARK: Optimum

extension ContinuousMatching {
  /// 0: the actions are the targets.
  public var optimalReturn: Double { 0 }

  /// −`horizon` / D [Σ (4/3 + t_d²) + Σ t_d t_{d+1}].
  public var randomReturn: Double {
    Double(horizon) * (chainReward(count: targets.count) { targets[$0] } - 4.0 / 3)
  }
}

extension ContinuousMatching {
  /// The versions for the registry.
  public static let specifications =
    [(1, 1), (10, 1), (100, 1), (1000, 1), (10, 10)].map { specification(count: $0, horizon: $1) }

  private static func specification(count: Int, horizon: Int) -> EnvironmentSpecification {
    EnvironmentSpecification(
      name: "continuous-matching-\(count)" + (horizon == 1 ? "" : "x\(horizon)"),
      maxEpisodeSteps: horizon,
      rewardThreshold: ContinuousMatching(count: count, horizon: horizon).solvedReturn,
      summary: "Choose coupled numbers near to their targets.",
      make: { ContinuousMatching(count: count, horizon: horizon) })
  }
}

extension ContinuousMatching: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try episode.visitState(&visitor)
  }
}
