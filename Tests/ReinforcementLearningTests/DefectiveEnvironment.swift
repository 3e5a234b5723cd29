import RandomNumbers
import ReinforcementLearning

/// A walk of random steps with one fault of choice, for the environment checker to find.
struct DefectiveEnvironment: Environment {
  enum Defect: CaseIterable {
    case tooManyScalars, scalarsMissingInStep, overshoot, infiniteObservation, nanReward
    case unknownAction, ignoredSeed, leftoverPosition, unseededStep, unseededReset, constantReset
    case otherSharedStep, crashAfterTheEnd, crashOnAction
  }

  /// Actions 0, 1 and 2, of which it denies the last.
  struct Actions: Space {
    let isDefective: Bool
    func contains(_ element: Int) -> Bool { (isDefective ? 0..<2 : 0..<3).contains(element) }
    func sample(using generator: inout PCG64) -> Int { generator.integers(0, 3) }
  }

  let defect: Defect?
  private var generator = PCG64(seed: 0)
  private var lastSeed: UInt64 = 0
  private var position: Float = 0
  private var steps = 0

  init(_ defect: Defect?) { self.defect = defect }

  var actionSpace: Actions { Actions(isDefective: defect == .unknownAction) }
  var observationSpace: Box { Box(low: -1000, high: 1000, count: 2) }
  private var observation: [Float] { [position, 0] }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    switch (defect, seed) {
    case (.ignoredSeed, _): break
    case (.unseededReset, nil): generator = PCG64(seed: .random(in: 0 ... .max))
    case (.constantReset, nil): generator = PCG64(seed: lastSeed)
    case (_, let seed?):
      generator = PCG64(seed: seed)
      lastSeed = seed
    default: break
    }
    let start = Float(generator.uniform(-1, 1))
    // The faulty reset keeps where the walk has got to, unless it has reached its end.
    position = defect == .leftoverPosition && steps % 10 != 0 ? position : start
    steps = 0
    return defect == .tooManyScalars ? observation + [0] : observation
  }

  mutating func endStep(
    _ action: Int, sharing work: inout NoSharedWork, at index: Int
  ) -> Step<[Float]> {
    var step = self.step(action)
    if defect == .otherSharedStep && steps == 7 { step.reward = 2 }
    return step
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    if defect == .crashAfterTheEnd { precondition(steps < 10, "stepped beyond the end") }
    if defect == .crashOnAction { precondition(action != 2, "no action 2") }
    position += Float(generator.uniform(0, 0.1)) + Float(action) * 0.01
    if defect == .unseededStep { position += .random(in: 0...0.1) }
    steps += 1
    var step = Step(observation: observation, reward: 1, isTerminated: steps >= 10)
    switch defect {
    case .scalarsMissingInStep where steps == 7: step.observation = [position]
    case .overshoot where steps == 7: step.observation[1] = 1001
    case .infiniteObservation where steps == 7: step.observation[1] = .infinity
    case .nanReward where steps == 7: step.reward = .nan
    default: break
    }
    return step
  }
}
