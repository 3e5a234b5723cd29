import RandomNumbers
import ReinforcementLearning

@testable import Agents

/// Shows a number x in ±1 and rewards the action a with −(a/2 − x)², once or for some steps; actions
/// are in ±2.
struct TargetTask: Environment {
  var steps = 1
  private var generator = PCG64(seed: 0)
  private var shown: Float = 0
  private var step = 0

  init(steps: Int = 1) { self.steps = steps }

  var observationSpace: Box { Box(low: -1, high: 1, count: 2) }
  var actionSpace: Box { Box(low: -2, high: 2, count: 1) }

  private mutating func observe() -> SIMD2<Float> {
    shown = Float(generator.uniform(-1, 1))
    return [shown, 1]
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    if let seed { generator = PCG64(seed: seed) }
    step = 0
    return observe()
  }

  mutating func step(_ action: [Float]) -> Step<SIMD2<Float>> {
    precondition(actionSpace.contains(action), "there is no action \(action)")
    let distance = Double(action[0] / 2 - shown)
    step += 1
    return Step(
      observation: observe(), reward: -distance * distance, isTerminated: step == steps)
  }

  static func setting(
    adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> AgentSetting<Box> {
    continuousSetting(TargetTask().observationSpace, TargetTask().actionSpace, adjust: adjust)
  }
}

/// Rewards every step with 1, whatever is done, and shows nothing but 1; it terminates after some
/// steps, or never.
struct ConstantTask: Environment {
  var steps = Int.max
  private var step = 0

  init(steps: Int = .max) { self.steps = steps }

  var observationSpace: Box { Box(low: 0, high: 1, count: 1) }
  var actionSpace: Box { Box(low: -1, high: 1, count: 1) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    step = 0
    return [1]
  }

  mutating func step(_ action: [Float]) -> Step<[Float]> {
    step += 1
    return Step(observation: [1], reward: 1, isTerminated: step >= steps)
  }

  static func setting(
    adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> AgentSetting<Box> {
    continuousSetting(ConstantTask().observationSpace, ConstantTask().actionSpace, adjust: adjust)
  }
}

/// Small networks that learn in a few hundred steps.
func continuousSetting(
  _ observations: Box, _ actions: Box, adjust: (inout Hyperparameters) -> Void = { _ in }
) -> AgentSetting<Box> {
  var hyperparameters = Hyperparameters()
  hyperparameters.hiddenSizes = [16, 16]
  hyperparameters.activation = .relu
  hyperparameters.observationScaling = .none
  hyperparameters.learningRate = 0.003
  hyperparameters.criticLearningRate = 0.01
  hyperparameters.replayBatchSize = 32
  hyperparameters.bufferSize = 2000
  hyperparameters.learningStarts = 50
  adjust(&hyperparameters)
  return AgentSetting(
    observationSpace: observations, actionSpace: actions, timeLimit: nil,
    hyperparameters: hyperparameters)
}

extension Agent<[Float]> {
  /// The action on one observation.
  mutating func action(
    on observation: [Float], isGreedy: Bool = true, using generator: inout PCG64
  ) -> [Float] {
    observation.withUnsafeBufferPointer { row in
      act(on: row, isGreedy: isGreedy, using: &generator)
    }
  }
}

/// An episode of Gaussian observations and rewards, and actions in ±2.
func randomEpisode(
  steps: Int, observations: Int = 2, actions: Int = 1, isTerminated: Bool = true,
  isTruncated: Bool = false, using generator: inout PCG64
) -> Episode<[Float]> {
  var episode = Episode<[Float]>(observationCount: observations)
  func row(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.standardNormal()) } }
  for _ in 0..<steps {
    episode.observations += row(observations)
    episode.actions.append((0..<actions).map { _ in Float(generator.uniform(-2, 2)) })
    episode.add(reward: generator.standardNormal())
  }
  episode.finalObservation = row(observations)
  episode.isTerminated = isTerminated
  episode.isTruncated = isTruncated
  return episode
}
