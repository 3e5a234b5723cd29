import RandomNumbers
import ReinforcementLearning
import State

/// Take the good arms of a bandit, all at once, and no others.
///
/// The penalty on a wrong number of arms couples them: whether one more is an improvement depends on
/// how many are taken, and with it on the noise in all other choices.
///
/// | Action | Meaning |
/// |-|---------|
/// | each of D | 1 to take the arm, 0 to leave it |
///
/// | Observation | Scalar | Space |
/// |-:|-----------------------|----|
/// | 0 | the constant 1 | 0 to 1 |
///
/// **Reward:** (G − B / 2) / k − (G + B − k)² / D for G good arms and B bad ones taken, where k of
/// the D arms are good.
///
/// **Start:** nothing is random; which arms are good is decided when the environment is made.
///
/// **End:** terminated after one step. Stepping on after the end is allowed.
///
/// | Version | D | k | Reward threshold |
/// |---------|--:|--:|-----------------:|
/// | `subset-bandit` | 20 | 5 | 0.8625 |
///
/// The threshold is `solvedReturn`.
public struct SubsetBandit: KnownOptimum, Sendable {
  /// For each arm, whether it is good.
  public let isGood: [Bool]

  // Nothing else tells whether there was a reset.
  private var hasStarted = false

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - count: D, how many arms there are.
  ///   - goodCount: k, how many of them are good, one at least.
  ///   - armSeed: Decides which.
  public init(count: Int = 20, goodCount: Int = 5, armSeed: UInt64 = 0) {
    precondition(
      (1...max(count, 1)).contains(goodCount),
      "Of \(count) arms \(goodCount) cannot be good; one at least, and no more than there are.")
    var generator = PCG64(seed: armSeed)
    isGood = generator.permutation(of: (0..<count).map { $0 < goodCount })
  }

  public var actionSpace: MultiBinary { MultiBinary(isGood.count) }

  public var observationSpace: Box { Box(low: 0, high: 1, count: 1) }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Without effect, for nothing is random.
  ///   - options: There are none.
  /// - Returns: The constant 1.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    hasStarted = true
    return [1]
  }

  /// Takes some arms.
  ///
  /// - Parameter action: For each arm 1 to take it, 0 to leave it.
  public mutating func step(_ action: [Int]) -> Step<[Float]> {
    precondition(hasStarted, "Call reset before the first step.")
    return Step(observation: [1], reward: reward(of: action), isTerminated: true)
  }

  /// The reward of an action.
  ///
  /// - Parameter action: For each arm 1 to take it, 0 to leave it.
  public func reward(of action: [Int]) -> Double {
    precondition(
      actionSpace.contains(action), "Each of the \(isGood.count) arms takes 0 or 1; got \(action).")
    let good = zip(action, isGood).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    let taken = action.reduce(0, +)
    let excess = Double(taken - goodCount)
    return (Double(good) - Double(taken - good) / 2) / Double(goodCount)
      - excess * excess / Double(isGood.count)
  }

  /// k, how many arms are good.
  public var goodCount: Int { isGood.reduce(0) { $0 + ($1 ? 1 : 0) } }
}

// MARK: Optimum

extension SubsetBandit {
  /// The good arms, and no others.
  public var optimalAction: [Int] { isGood.map { $0 ? 1 : 0 } }

  /// 1: there are no more than k good arms to take, and everything else is a cost.
  public var optimalReturn: Double { 1 }

  /// ½ − (D − k) / (4 k) − [D / 4 + (D / 2 − k)²] / D, for D / 2 arms are taken in the mean, with the
  /// variance D / 4.
  public var randomReturn: Double {
    let (count, good) = (Double(isGood.count), Double(goodCount))
    let excess = count / 2 - good
    return 0.5 - (count - good) / (4 * good) - (count / 4 + excess * excess) / count
  }
}

extension SubsetBandit {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "subset-bandit", maxEpisodeSteps: 1, rewardThreshold: SubsetBandit().solvedReturn,
      summary: "Take the five good ones of twenty arms at once.",
      make: { SubsetBandit() })
  ]
}

extension SubsetBandit: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("has_started", &hasStarted)
  }
}
