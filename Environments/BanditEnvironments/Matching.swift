import ReinforcementLearning
import State

/// Set D switches at once, each as near as it can come to a target of its own between 0 and 1.
///
/// Neighbours are coupled, so that what a switch is good for depends on the others: their noise is
/// in the reward, and no baseline that sees the state alone removes it. A control variate that sees
/// the actions can.
///
/// | Action | Meaning |
/// |-|---------|
/// | each of D | 0 or 1 |
///
/// | Observation | Scalar | Space |
/// |-:|-----------------------|----|
/// | 0 | the sign of this step | ±1 |
///
/// **Reward:** −1/D [Σ (b_d − t_d)² + Σ (b_d − t_d)(b_{d+1} − t_{d+1})] with the switches b and the
/// targets t_d = (d + ½) / D for d in 0 ..< D. A lone switch has the target 0.45, for both of its
/// values are equally good at ½. Where the sign is −1, 1 − t_d stands for t_d.
///
/// **Start and steps:** the sign is drawn anew for each step, both with the same probability; in
/// episodes of one step it is always 1, and there is nothing to see and nothing random.
///
/// **End:** terminated after the horizon. Stepping on after the end is allowed.
///
/// | Version | D | Steps | Reward threshold |
/// |---------|--:|------:|-----------------:|
/// | `matching-1` | 1 | 1 | −0.2050 |
/// | `matching-10` | 10 | 1 | −0.0577 |
/// | `matching-100` | 100 | 1 | −0.0603 |
/// | `matching-1000` | 1000 | 1 | −0.0604 |
/// | `matching-10x10` | 10 | 10 | −0.5775 |
///
/// The thresholds are `solvedReturn`. The reward is the negative loss that `compare-estimators
/// --problem chain` has; a lone switch is the toy problem of G. Tucker et al., "REBAR" (2017),
/// section 5.1.
public struct Matching: KnownOptimum, Sendable {
  /// The target of each switch while the sign is 1.
  public let targets: [Double]

  private var episode: MatchingEpisode

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - count: D, how many switches there are, one at least.
  ///   - horizon: The steps that an episode lasts, one at least.
  public init(count: Int, horizon: Int = 1) {
    precondition(count > 0, "There must be a switch at least; got \(count).")
    targets = count == 1 ? [0.45] : (0..<count).map { (Double($0) + 0.5) / Double(count) }
    episode = MatchingEpisode(horizon: horizon)
  }

  /// The steps that an episode lasts.
  public var horizon: Int { episode.horizon }

  public var actionSpace: MultiBinary { MultiBinary(targets.count) }

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

  /// Sets the switches.
  ///
  /// - Parameter action: 0 or 1 for each switch.
  public mutating func step(_ action: [Int]) -> Step<[Float]> {
    precondition(
      actionSpace.contains(action),
      "Each of the \(targets.count) switches takes 0 or 1; got \(action).")
    let reward = reward(of: action, sign: episode.sign)
    let isTerminated = episode.advance()
    return Step(observation: episode.observation, reward: reward, isTerminated: isTerminated)
  }

  /// The reward of an action.
  ///
  /// - Parameters:
  ///   - action: 0 or 1 for each switch.
  ///   - sign: The observation, 1 or −1.
  public func reward(of action: [Int], sign: Int) -> Double {
    chainReward(count: targets.count) { d in
      Double(action[d]) - (sign > 0 ? targets[d] : 1 - targets[d])
    }
  }
}

// MARK: Optimum

extension Matching {
  /// An action of the greatest reward, by dynamic programming along the chain: the best first
  /// switches for each value of the last of them, then one switch more. A. Viterbi, "Error Bounds for
  /// Convolutional Codes and an Asymptotically Optimum Decoding Algorithm" (1967).
  ///
  /// - Parameter sign: The observation, 1 or −1.
  /// - Returns: 0 or 1 for each switch, D of them.
  public func optimalAction(sign: Int) -> [Int] {
    // The least loss so far, by the value of the last switch, and the value before that led there.
    var losses = [targets[0] * targets[0], (1 - targets[0]) * (1 - targets[0])]
    var origins: [[Int]] = []
    for d in targets.indices.dropFirst() {
      let before = [-targets[d - 1], 1 - targets[d - 1]]
      let choices = [-targets[d], 1 - targets[d]].map { distance in
        let ways = (0...1).map { losses[$0] + distance * (distance + before[$0]) }
        return ways[1] < ways[0] ? (origin: 1, loss: ways[1]) : (origin: 0, loss: ways[0])
      }
      losses = choices.map(\.loss)
      origins.append(choices.map(\.origin))
    }
    var action = [losses[1] < losses[0] ? 1 : 0]
    for origin in origins.reversed() { action.append(origin[action[action.count - 1]]) }
    action.reverse()
    // With 1 − t for t, all distances have the other sign if the switches have the other value.
    return sign > 0 ? action : action.map { 1 - $0 }
  }

  /// `horizon` times the reward of `optimalAction(sign:)`, which is the same for both signs.
  public var optimalReturn: Double {
    Double(horizon) * reward(of: optimalAction(sign: 1), sign: 1)
  }

  /// −`horizon` / D [Σ (¼ + (½ − t_d)²) + Σ (½ − t_d)(½ − t_{d+1})].
  public var randomReturn: Double {
    Double(horizon) * (chainReward(count: targets.count) { 0.5 - targets[$0] } - 0.25)
  }
}

extension Matching {
  /// The versions for the registry.
  public static let specifications =
    [(1, 1), (10, 1), (100, 1), (1000, 1), (10, 10)].map { specification(count: $0, horizon: $1) }

  private static func specification(count: Int, horizon: Int) -> EnvironmentSpecification {
    EnvironmentSpecification(
      name: horizon == 1 ? "matching-\(count)" : "matching-\(count)x\(horizon)",
      maxEpisodeSteps: horizon,
      rewardThreshold: Matching(count: count, horizon: horizon).solvedReturn,
      summary: "Set coupled switches as near as can be to targets between 0 and 1.",
      make: { Matching(count: count, horizon: horizon) })
  }
}

extension Matching: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try episode.visitState(&visitor)
  }
}
