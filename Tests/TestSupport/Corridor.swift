import RandomNumbers
import ReinforcementLearning

/// Walk to the right end of five cells: a task that takes no time. It draws from nothing but the seed of
/// its resets and is not `Stateful`.
public struct Corridor: Environment {
  private var cell = 0
  private var generator = PCG64(seed: 0)

  public init() {}

  public var actionSpace: Discrete { Discrete(2) }
  public var observationSpace: Box { Box(low: 0, high: 4, count: 2) }

  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    if let seed { generator = PCG64(seed: seed) }
    cell = generator.integers(0, 3)
    return [Float(cell), 1]
  }

  public mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    cell = min(max(cell + (action == 1 ? 1 : -1), 0), 4)
    return Step(
      observation: [Float(cell), 1], reward: cell == 4 ? 1 : -0.1, isTerminated: cell == 4)
  }

  public static let specification = EnvironmentSpecification(
    name: "corridor", aliases: ["hall"], maxEpisodeSteps: 20, rewardThreshold: 0.5,
    summary: "Walk to the right.", make: { Corridor() })
}
