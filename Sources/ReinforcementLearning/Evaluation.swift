import RandomNumbers
import State
import Statistics

/// The returns of an agent whose parameters and statistics do not change.
public struct Evaluation: Sendable, Equatable {
  /// The undiscounted return of each episode.
  public var returns: [Double]
  /// The number of steps of each episode.
  public var lengths: [Int]

  /// The mean return.
  public var meanReturn: Double { mean(returns) }

  /// The standard error of the mean return; 0 for a single episode.
  public var standardError: Double {
    guard returns.count > 1 else { return 0 }
    return (sampleVariance(returns) / Double(returns.count)).squareRoot()
  }
}

/// Runs a frozen agent for some episodes.
///
/// - Parameters:
///   - agent: A copy of it acts, so nothing changes in the original.
///   - environment: Where; not the one that training goes on in, since it is reset.
///   - episodes: How many.
///   - seed: The seed of the first reset, and of the agent's draws.
///   - isGreedy: Whether the most probable actions are taken instead of draws.
///   - monitor: Tells when to end, and hears how far the evaluation is.
public func evaluate<E: Environment, A: Agent>(
  _ agent: A, in environment: inout E, episodes: Int, seed: UInt64, isGreedy: Bool,
  _ monitor: Monitor = .silent
) throws(Failure) -> Evaluation where A.Action == E.ActionSpace.Element {
  var agent = agent
  var generator = RandomStreams(seed: seed).evaluation
  var result = Evaluation(returns: [], lengths: [])
  for index in 0..<episodes {
    try monitor.check(
      isGreedy ? "greedy evaluation, episode" : "evaluation, episode", index, of: episodes)
    let episode = try collectEpisode(
      in: &environment, with: &agent, seed: index == 0 ? seed : nil, isGreedy: isGreedy,
      using: &generator, monitor, named: "episode \(index + 1) of an evaluation")
    result.returns.append(episode.totalReward)
    result.lengths.append(episode.length)
  }
  return result
}
