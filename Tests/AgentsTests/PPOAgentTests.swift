import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import Testing

@testable import Agents

@Suite struct PPOAgentTests {
  private typealias ContinuousAgent = PPOAgent<GaussianPolicy>

  /// An agent of plain gradient descent, with random networks and a V of some unit.
  private func agent(adjust: (inout Hyperparameters) -> Void = { _ in }) -> ContinuousAgent {
    var generator = PCG64(seed: 1)
    let setting = stepSetting {
      $0.controlVariateHiddenSizes = [3]
      $0.entropyCoefficient = 0
      $0.epochs = 1
      $0.minibatchSize = 100
      $0.learningRate = 0.15
      $0.valueLearningRate = 0.1
      adjust(&$0)
    }
    var agent = ContinuousAgent(setting, using: &generator)
    agent.policy.randomize(using: &generator) { _ in 0.4 }
    agent.value.randomize(using: &generator) { $0 == "spread" ? 0 : 1 }
    agent.value.visitParameters { name, parameter in
      if name == "spread" { parameter = Tensor(2) }
    }
    return agent
  }

  /// An episode that ends, and one that is cut.
  private let batch: [Episode<[Float]>] = {
    var generator = PCG64(seed: 2)
    return [
      randomEpisode(steps: 7, actions: 2, using: &generator),
      randomEpisode(
        steps: 4, actions: 2, isTerminated: false, isTruncated: true, using: &generator),
    ]
  }()

  private func updated(_ agent: ContinuousAgent, progress: Double = 0) -> ContinuousAgent {
    var (agent, generator) = (agent, PCG64(seed: 3))
    sound { try agent.update(on: batch, progress: progress, using: &generator) }
    return agent
  }

  private func states(_ episode: Episode<[Float]>) -> Tensor {
    Tensor(episode.observations, shape: [episode.length, 2])
  }

  /// Â of all steps as they are, with V of the final observation where the episode was cut.
  private func advantages(_ agent: ContinuousAgent) -> [Double] {
    batch.flatMap { episode in
      let final = agent.value(Tensor(episode.finalObservation, shape: [1, 2])).values[0]
      return generalizedAdvantageEstimates(
        rewards: episode.rewards, values: agent.value(states(episode)).values,
        finalValue: episode.isTerminated ? 0 : final, discount: 0.8,
        lambda: agent.hyperparameters.advantageLambda)
    }.map { Double($0) }
  }

  /// log π of all steps in `Double`, and the entropy, which is the same at all of them.
  private func logProbabilities(
    _ policy: GaussianPolicy, _ parameters: [Double]
  ) -> (ofSteps: [Double], entropy: Double) {
    let logScales = parameters.suffix(2)
    let steps = batch.flatMap { episode in
      zip(rows(states(episode)), episode.actions).map { state, action in
        zip(zip(handMade(policy.network, state, parameters), action), logScales).reduce(0.0) {
          let distance = (Double($1.0.1) - $1.0.0) / exp($1.1)
          return $0 - distance * distance / 2 - $1.1 - log(2 * Double.pi) / 2
        }
      }
    }
    return (steps, logScales.reduce(0) { $0 + $1 + log(2 * Double.pi * M_E) / 2 })
  }

  /// −L(θ), with the policy of `agent` as the old one.
  private func loss(_ agent: ContinuousAgent) -> ([Double]) -> Double {
    let all = advantages(agent)
    let (center, spread) = (mean(all), sampleVariance(all).squareRoot())
    let advantages = all.map { ($0 - center) / spread }
    let old = logProbabilities(agent.policy, flatParameters(of: agent.policy)).ofSteps
    let (range, weight) = (
      agent.hyperparameters.clipRange, agent.hyperparameters.entropyCoefficient
    )
    return { parameters in
      let new = logProbabilities(agent.policy, parameters)
      let terms = zip(zip(new.ofSteps, old), advantages).map { logs, advantage in
        let ratio = exp(logs.0 - logs.1)
        return min(ratio * advantage, min(max(ratio, 1 - range), 1 + range) * advantage)
      }
      return -mean(terms) - weight * new.entropy
    }
  }

  /// At the old policy the slope of L is that of the mean of Â log π, whatever the range is.
  @Test(arguments: [1e-3, 0.2], [0, 0.95, 1])
  func firstStepIsThePolicyGradient(range: Double, lambda: Double) {
    let agent = agent {
      $0.clipRange = range
      $0.advantageLambda = lambda
    }
    let all = advantages(agent)
    let (center, spread) = (mean(all), sampleVariance(all).squareRoot())
    expectDescent(from: agent.policy, to: updated(agent).policy, rate: 0.15) { parameters in
      let logs = logProbabilities(agent.policy, parameters).ofSteps
      return -mean(zip(logs, all).map { $0 * ($1 - center) / spread })
    }
  }

  /// The second step, when some ratios have left the range: the slope of L(θ) by differences.
  @Test(arguments: [0, 0.3])
  func laterStepsClimbTheClippedObjective(entropy: Double) {
    func agent(epochs: Int) -> ContinuousAgent {
      self.agent {
        $0.epochs = epochs
        $0.entropyCoefficient = entropy
      }
    }
    let start = agent(epochs: 1)
    let (first, second) = (updated(start).policy, updated(agent(epochs: 2)).policy)
    let logs = [start.policy, first].map {
      logProbabilities($0, flatParameters(of: $0)).ofSteps
    }
    #expect(zip(logs[0], logs[1]).count { abs(exp($1 - $0) - 1) > 0.2 } > 2)
    expectDescent(from: start.policy, to: first, rate: 0.15, on: loss(start))
    // Without the momentum of the first step.
    var end = second
    let steps = zip(zip(start.policy.parameters, first.parameters), second.parameters)
    end.setParameters(steps.map { $1 + 0.9 * ($0.0 - $0.1) })
    expectDescent(from: first, to: end, rate: 0.15, on: loss(start))
  }

  @Test func clippingStopsTheSlope() {
    let ratios: [Float] = [0.5, 1, 1.5, 0.5, 1, 1.5]
    let logRatios = Tensor(ratios.map { log($0) }).asVariable()
    let advantages = Tensor([2, 2, 2, -2, -2, -2])
    let value = clippedSurrogate(logRatios: logRatios, advantages: advantages, clipRange: 0.2)
    #expect(abs(value.scalar - (1 + 2 + 2.4 - 1.6 - 2 - 3) / 6) < 1e-6)
    let slopes = gradients(of: value, withRespectTo: [logRatios])[0].values
    // A ratio that is too good already, in either direction, has none.
    for (slope, expected) in zip(slopes, [1, 2, 0, 0, -2, -3] as [Float]) {
      #expect(abs(slope - expected / 6) < 1e-6)
    }
  }

  /// V goes to Â + V_old, both of before the batch.
  @Test func valueDescendsToTheTargets() {
    let agent = agent()
    let states = Tensor.concatenatingRows(batch.map { self.states($0) })
    let targets = Tensor(advantages(agent).map { Float($0) }) + agent.value(states)
    var expected = agent.value
    expected.normalize(for: targets.values)
    _ = expected.improve(at: states, targets: targets, learningRate: 0.1)
    let found = updated(agent).value
    #expect(relativeDistance(flatParameters(of: found), flatParameters(of: expected)) < 1e-5)
    #expect(relativeDistance(flatParameters(of: agent.value), flatParameters(of: expected)) > 0.01)
  }

  /// Each pass takes all transitions, in an order that is drawn anew, in minibatches of nearly one size.
  @Test(arguments: [(100, 1), (11, 1), (6, 2), (4, 3), (1, 11)])
  func splitsTheBatch(size: Int, steps: Int) throws {
    var agent = agent {
      $0.epochs = 3
      $0.minibatchSize = size
      $0.valueLearningRate = 0
      $0.learningRate = 0
    }
    var (generator, expected) = (PCG64(seed: 4), PCG64(seed: 4))
    let report = try agent.update(on: batch, progress: 0, using: &generator)
    for _ in 0..<3 { _ = expected.permutation(of: 0..<11) }
    #expect(generator == expected)
    // The mean over minibatches is that over transitions where these are of one size.
    if steps == 1 || steps == 11 {
      let states = Tensor.concatenatingRows(batch.map { self.states($0) })
      let errors = advantages(agent).map { $0 * $0 }
      #expect(states.shape[0] == errors.count)
      #expect(abs((report.controlVariateLoss ?? 0) / mean(errors) - 1) < 1e-4)
    }
  }

  /// A pass that finds the policy too far away takes no step with it; V goes on.
  @Test func divergenceEndsTheEpochs() {
    func end(epochs: Int, limit: Double?) -> (policy: [[Float]], value: [[Float]]) {
      let agent = agent {
        $0.epochs = epochs
        $0.learningRate = 0.02
        $0.targetDivergence = limit
      }
      let end = updated(agent)
      return (end.policy.parameters.map(\.values), end.value.parameters.map(\.values))
    }
    let (once, whole) = (end(epochs: 1, limit: nil), end(epochs: 5, limit: nil))
    #expect(end(epochs: 5, limit: 1e-4).policy == once.policy)
    #expect(end(epochs: 5, limit: 1e-4).value == whole.value)
    #expect(end(epochs: 5, limit: 1e4) == whole)
    #expect(whole.policy != once.policy)
  }

  /// r − 1 − log r by hand: 0.5 − log 1.5 and log 2 − 0.5.
  @Test func divergenceIsEstimatedFromTheRatios() {
    let estimate = estimatedDivergence(logRatios: Tensor([log(1.5), log(0.5)]))
    #expect(abs(estimate - (log(2) - log(1.5)) / 2) < 1e-7)
    #expect(estimatedDivergence(logRatios: Tensor([0, 0])) == 0)
  }

  @Test func largeGradientsAreClipped() {
    let (whole, clipped) = (agent(), agent { $0.maximumGradientNorm = 0.01 })
    func step(_ agent: ContinuousAgent) -> Float {
      globalNorm(zip(updated(agent).policy.parameters, agent.policy.parameters).map { $0 - $1 })
    }
    #expect(step(whole) > 0.01)
    #expect(abs(step(clipped) - 0.15 * 0.01) < 1e-5)
  }

  @Test func stepSizesFollowTheSchedule() {
    let agent = agent { $0.learningRateSchedule = .linear }
    let end = updated(agent, progress: 1)
    #expect(end.policy.parameters.map(\.values) == agent.policy.parameters.map(\.values))
    let half = updated(agent, progress: 0.5)
    let whole = updated(agent, progress: 0)
    for ((a, b), c) in zip(
      zip(agent.policy.parameters, half.policy.parameters), whole.policy.parameters)
    {
      for (x, y) in zip((2 * (b - a)).values, (c - a).values) { #expect(abs(x - y) < 1e-5) }
    }
  }

  /// With λ = 1 an episode that ended has A2C's estimate of the gradient.
  @Test func gradientIsThatOfA2CWithoutBootstrapping() {
    var generator = PCG64(seed: 5)
    let agent = agent { $0.advantageLambda = 1 }
    let setting = stepSetting { $0.controlVariateHiddenSizes = [3] }
    var plain = A2CAgent<GaussianPolicy>(setting, using: &generator)
    (plain.policy, plain.value) = (agent.policy, agent.value)
    func gradient(_ agent: some Agent<[Float]>, _ episode: Episode<[Float]>) -> [Double] {
      agent.policyGradient(of: episode, using: &generator).map { Double($0) }
    }
    let expected = gradient(plain, batch[0])
    #expect(relativeDistance(gradient(agent, batch[0]), expected) < 1e-5)
    // One that was cut goes on.
    #expect(relativeDistance(gradient(agent, batch[1]), gradient(plain, batch[1])) > 0.01)
  }

  /// A reward of 1 for ever, of which a time limit shows four steps, is worth 2 with γ = ½; four
  /// rewards that cannot be told apart, v = 1 + ¾ γ v = 1.6.
  @Test(arguments: [(Int.max, 2), (4, 1.6)] as [(Int, Float)])
  func valuesEndWithTheProcessAlone(steps: Int, expected: Float) {
    var generator = PCG64(seed: 6)
    let setting = ConstantTask.setting {
      $0.discount = 0.5
      $0.advantageLambda = 0
      $0.controlVariateHiddenSizes = [8]
      $0.valueLearningRate = 0.01
      $0.learningRateSchedule = .linear
    }
    var agent = ContinuousAgent(setting, using: &generator)
    var task = TimeLimit(ConstantTask(steps: steps), maxEpisodeSteps: 4)
    sound {
      try train(
        &agent, in: &task, plan: TrainingPlan(episodes: 240, episodesPerBatch: 4, seed: 7))
    }
    let value = agent.value(Tensor([1], shape: [1, 1])).values[0]
    #expect(abs(value - expected) < 0.05, "\(value)")
  }

  /// V sees the time where that is asked for, also that of the final observation.
  @Test func timeIsAnInputWhereThereIsALimit() {
    var generator = PCG64(seed: 8)
    var setting = stepSetting()
    setting.timeLimit = 4
    setting.hyperparameters.advantageLambda = 0.95
    var agent = ContinuousAgent(setting, using: &generator)
    #expect(agent.value.network.inputCount == 3)
    agent.value.randomize(using: &generator)
    let episode = batch[1]
    let timed = Tensor(episode.finalObservation + [1], shape: [1, 3])
    let times = Tensor([0, 0.25, 0.5, 0.75], shape: [4, 1])
    let values = agent.value(.concatenatingColumns([states(episode), times])).values
    let advantages = generalizedAdvantageEstimates(
      rewards: episode.rewards, values: values, finalValue: agent.value(timed).values[0],
      discount: 0.8, lambda: 0.95)
    let expected = agent.policy(states(episode)).score(
      of: agent.policy.samples(of: episode.actions)
    )
    .multiplyingRows(by: Tensor(advantages))
    // What the gradient is in the last bias and log σ.
    let found = agent.policyGradient(of: episode, using: &generator).suffix(4)
    #expect(
      relativeDistance(found.map { Double($0) }, expected.sumOverRows().values.map { Double($0) })
        < 1e-5)
    setting.hyperparameters.usesTime = false
    #expect(
      ContinuousAgent(setting, using: &generator).value.network.inputCount == 2)
  }

  @Test func listsAllParameters() {
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    let expected =
      (layers + ["log_scale"]).map { "policy.\($0)" }
      + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" }
      + (layers + ["center", "spread"]).map { "value.\($0)" }
    #expect(agent().namedParameters.map(\.name) == expected)
  }
}
