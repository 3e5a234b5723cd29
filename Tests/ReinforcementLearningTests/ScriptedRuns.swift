import RandomNumbers
import ReinforcementLearning
import State

/// Episodes whose lengths are written down; each step is rewarded with its action.
struct ScriptedEnvironment: Environment {
  /// The lengths, over and over.
  let lengths: [Int]
  var endsByTruncation = false
  /// The seeds of all resets.
  private(set) var seeds: [UInt64?] = []
  private var step = 0

  init(lengths: [Int], endsByTruncation: Bool = false) {
    self.lengths = lengths
    self.endsByTruncation = endsByTruncation
  }

  var observationSpace: Box { Box(low: 0, high: .infinity, count: 2) }
  var actionSpace: Discrete { Discrete(10) }

  /// The number of the episode, counted from 1, and the step in it.
  private var observation: SIMD2<Float> { [Float(seeds.count), Float(step)] }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    seeds.append(seed)
    step = 0
    return observation
  }

  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    step += 1
    let isLast = step == lengths[(seeds.count - 1) % lengths.count]
    return Step(
      observation: observation, reward: Double(action), isTerminated: isLast && !endsByTruncation,
      isTruncated: isLast && endsByTruncation)
  }
}

/// Its episodes follow from their number: there is nothing to restore after an interruption.
extension ScriptedEnvironment: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) {}
}

/// Acts by a rule and keeps what it is told.
struct ScriptedAgent: Agent {
  /// The action from the observation; a draw from 0 to 9 where absent.
  var rule: (@Sendable ([Float]) -> Int)?
  /// What the agent has been asked for.
  private(set) var greedyCalls = 0
  private(set) var updates: [Update] = []

  struct Update: Sendable, Equatable, Codable {
    var lengths: [Int]
    var progress: Double
    var draw: UInt64
  }

  init(_ rule: (@Sendable ([Float]) -> Int)? = nil) { self.rule = rule }

  mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int {
    if isGreedy { greedyCalls += 1 }
    return rule?(Array(observation)) ?? generator.integers(0, 10)
  }

  mutating func update(
    on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
  ) -> UpdateReport {
    updates.append(
      Update(lengths: batch.map(\.length), progress: progress, draw: generator.next()))
    return UpdateReport(entropy: Double(updates.count), gradientNorm: 0)
  }

  /// The first reward and a Gaussian draw.
  var nonFiniteParameter: String? { nil }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("updates", &updates)
  }

  func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] {
    [episode.rewards[0], Float(generator.standardNormal()), 7]
  }
}
