import RandomNumbers
import ReinforcementLearning

/// Walk right, from cell 0, 1 or 2, to the end of a corridor of eight cells.
///
/// Observed are the cell and the steps taken. Each step costs 1, the last one earns 10.
struct Corridor: Environment, Sendable {
  static let end = 8

  private(set) var cell = 0
  private(set) var steps = 0
  private(set) var seed: UInt64?
  private var generator: PCG64?

  var actionSpace: Discrete { Discrete(2) }
  var observationSpace: Box { Box(low: [-1000, 0], high: [Float(Self.end), 1000]) }

  var observation: SIMD2<Float> { SIMD2(Float(cell), Float(steps)) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    self.seed = seed
    var generator = seed.map { PCG64(seed: $0) } ?? self.generator ?? PCG64(seed: 0)
    cell = options["cell"].map { Int($0) } ?? generator.integers(0, 3)
    steps = 0
    self.generator = generator
    return observation
  }

  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    precondition(generator != nil, "Call reset before the first step.")
    precondition(actionSpace.contains(action), "No action \(action).")
    cell = min(cell + (action == 1 ? 1 : -1), Self.end)
    steps += 1
    let isTerminated = cell == Self.end
    return Step(
      observation: observation, reward: isTerminated ? 10 : -1, isTerminated: isTerminated,
      info: ["cell": Double(cell)])
  }
}

/// Accepts any vector of its action space and observes it.
struct Echo: Environment, Sendable {
  var actionSpace = Box(low: [-2, 0], high: [2, 10])
  var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: actionSpace.count) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    Array(repeating: 0, count: actionSpace.count)
  }

  mutating func step(_ action: [Float]) -> Step<[Float]> {
    Step(observation: action, reward: 1)
  }
}
