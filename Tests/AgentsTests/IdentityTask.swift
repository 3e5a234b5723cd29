import Foundation
import RandomNumbers
import ReinforcementLearning

@testable import Agents

/// Shows a number from 0 to 2 and rewards the action of that number with 1, five times.
struct IdentityTask: Environment {
  /// The first action.
  let start: Int
  private var generator = PCG64(seed: 0)
  private var shown = 0
  private var steps = 0

  init(start: Int = 0) { self.start = start }

  var observationSpace: Box { Box(low: 0, high: 1, count: 4) }
  var actionSpace: Discrete { Discrete(3, start: start) }

  private mutating func observe() -> SIMD4<Float> {
    shown = generator.integers(0, 3)
    var row = SIMD4<Float>(repeating: 0)
    row[shown] = 1
    return row
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD4<Float> {
    if let seed { generator = PCG64(seed: seed) }
    steps = 0
    return observe()
  }

  mutating func step(_ action: Int) -> Step<SIMD4<Float>> {
    precondition(actionSpace.contains(action), "there is no action \(action)")
    let reward = action - start == shown ? 1.0 : 0
    steps += 1
    return Step(observation: observe(), reward: reward, isTerminated: steps == 5)
  }

  static func setting(
    start: Int = 0, adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> AgentSetting<Discrete> {
    var hyperparameters = Hyperparameters()
    hyperparameters.hiddenSizes = [8]
    hyperparameters.controlVariateHiddenSizes = [8]
    hyperparameters.learningRate = 0.03
    hyperparameters.valueSteps = 2
    hyperparameters.windowEpisodes = 4
    hyperparameters.returnScale = 5
    hyperparameters.learningStarts = 10
    hyperparameters.replayBatchSize = 32
    hyperparameters.targetRate = 0.1
    hyperparameters.epsilonFraction = 0.5
    adjust(&hyperparameters)
    let task = IdentityTask(start: start)
    return AgentSetting(
      observationSpace: task.observationSpace, actionSpace: task.actionSpace, timeLimit: 5,
      hyperparameters: hyperparameters)
  }

  /// The agent after some episodes.
  static func trained<A: Agent<Int>>(
    _ agent: A, episodes: Int, seed: UInt64 = 0, perBatch: Int = 1, start: Int = 0
  ) -> A {
    var (agent, task) = (agent, IdentityTask(start: start))
    _ = sound {
      try train(
        &agent, in: &task,
        plan: TrainingPlan(episodes: episodes, episodesPerBatch: perBatch, seed: seed))
    }
    return agent
  }
}

extension Agent<Int> {
  /// The action on one observation.
  mutating func action(
    on observation: [Float], isGreedy: Bool = false, using generator: inout PCG64
  ) -> Int {
    observation.withUnsafeBufferPointer { row in
      act(on: row, isGreedy: isGreedy, using: &generator)
    }
  }
}

/// Gaussian observations.
func randomObservations(_ count: Int, width: Int, seed: UInt64) -> [[Float]] {
  var generator = PCG64(seed: seed)
  return (0..<count).map { _ in (0..<width).map { _ in Float(generator.standardNormal()) } }
}
