import RandomNumbers
import ReinforcementLearning

/// A walk along five cells that shows where it is and which of its two steps does not leave them.
struct MaskedWalk: Environment {
  /// What is wrong with its mask.
  enum Defect: CaseIterable { case isOutside, isTooShort, hasOtherNumbers, allowsNothing }

  var defect: Defect?
  private var generator = PCG64(seed: 0)
  private var cell = 0
  private var steps = 0

  init(_ defect: Defect? = nil) { self.defect = defect }

  let observationSpace = Box(low: [0, -2, -2], high: [4, 2, 2])
  let actionSpace = Discrete(2)

  var actionMask: Range<Int>? {
    switch defect {
    case .isOutside: 2..<4
    case .isTooShort: 1..<2
    default: 1..<3
    }
  }

  private var observation: SIMD3<Float> {
    if steps == 20 || (defect == .allowsNothing && steps == 7) { return [Float(cell), 0, 0] }
    let one: Float = defect == .hasOtherNumbers && steps == 7 ? 2 : 1
    return [Float(cell), cell > 0 ? one : 0, cell < 4 ? one : 0]
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD3<Float> {
    if let seed { generator = PCG64(seed: seed) }
    cell = generator.integers(0, 5)
    steps = 0
    return observation
  }

  mutating func step(_ action: Int) -> Step<SIMD3<Float>> {
    if defect == nil {
      precondition((0...4).contains(cell + 2 * action - 1), "a step out of the cells")
    }
    cell = min(max(cell + 2 * action - 1, 0), 4)
    steps = min(steps + 1, 20)
    return Step(observation: observation, reward: 1, isTerminated: steps == 20)
  }
}
