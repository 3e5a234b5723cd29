import Autodiff
import Files
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import Statistics
import TestSupport
import Testing

@testable import Agents

/// What estimators with a memory are told of episodes of several steps.
@Suite struct StepwiseReturnsTests {
  private static let rewards: [Float] = [1, 2, -3]
  private static let deviations = Tensor([0.5, 1, -2])

  private func episode() -> EpisodeFeatures {
    let states = Tensor([0.1, 0.9, -0.4], shape: [3, 1])
    return EpisodeFeatures(
      states: states, timedStates: states, samples: Tensor([1, 0, 1], shape: [3, 1]),
      returns: Tensor(discountedReturns(Self.rewards, discount: 0.5)), rewards: Self.rewards)
  }

  /// V is random, and η a number.
  private func stepwise(weight: Float = 0.25) -> StepwiseReturns {
    var hyperparameters = Hyperparameters()
    hyperparameters.discount = 0.5
    hyperparameters.controlVariateHiddenSizes = [4]
    hyperparameters.valueSteps = 300
    hyperparameters.valueLearningRate = 0.03
    var generator = PCG64(seed: 1)
    var stepwise = StepwiseReturns(
      stateCount: 1, hyperparameters: hyperparameters, using: &generator)
    stepwise.value.randomize(using: &generator) { _ in 1 }
    stepwise.weight.values = [weight]
    return stepwise
  }

  /// The largest difference of two scalars.
  private func distance(_ tensor: Tensor, _ expected: [Float]) -> Float {
    zip(tensor.values, expected).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// R = (1.25, 0.5, −3), D = (0.5 · 1 + 0.25 · −2, 0.5 · −2, 0).
  @Test func whatIsLeftOfReturns() {
    let stepwise = stepwise()
    let known = stepwise.known(of: episode(), deviations: Self.deviations)
    #expect(known.later.values == [0, -1, 0])
    let v = stepwise.value(episode().timedStates).values
    let expected = [1.25 - v[0], 0.5 - v[1] + 0.25, -3 - v[2]]
    #expect(distance(known.rest, expected) < 1e-6)
  }

  @Test func whatIsRemembered() {
    let stepwise = stepwise()
    let known = stepwise.known(of: episode(), deviations: Self.deviations)
    let v = stepwise.value(episode().timedStates).values
    let expected = [1 + 0.5 * v[1] - v[0], 2 + 0.5 * v[2] - v[1], -3 - v[2]]
    #expect(distance(stepwise.temporalDifferences(known), expected) < 1e-6)
  }

  /// V comes to R − η (Δh + D), with the η that was used, which moves in the same update.
  @Test func valueIsFittedToReturnsWithoutTheKnownNoise() throws {
    var stepwise = stepwise()
    for _ in 0..<4 { stepwise.weight.absorb([[Tensor([1])], [Tensor([0.5])]]) }
    let known = stepwise.known(of: episode(), deviations: Self.deviations)
    var generator = PCG64(seed: 2)
    let terms = [[Tensor([1])], [Tensor([0.5])]]
    try stepwise.learn(from: [(known, terms)], using: &generator)
    let expected: [Float] = [1.25 - 0.25 * 0.5, 0.5, -3 + 0.25 * 2]
    #expect(distance(stepwise.value(episode().timedStates), expected) < 0.02)
    #expect(stepwise.weight.values[0] > 1)
  }

  /// With a random h, V and η the mean over all episodes of a process, and over many draws, is the policy
  /// gradient: nothing of what is taken off has a mean.
  @Test func estimatesOfAgentsAreUnbiased() throws {
    func check<E: MemoryEstimator>(_ type: E.Type) throws {
      let setting = TinyChain.setting {
        $0.discount = 0.9
        $0.memoryCapacity = 10
      }
      var generator = PCG64(seed: 4)
      var agent = EstimatorAgent<CategoricalPolicy, E>(setting, using: &generator)
      agent.policy = TinyChain.randomPolicy(setting)
      agent.estimator.randomize(using: &generator)
      agent.stepwise?.value.randomize(using: &generator) { _ in 1 }
      agent.stepwise?.weight.values = [1.5]
      let chain = EnumeratedChain(agent.policy)
      var moments = SampleMoments()
      for _ in 0..<400 {
        let mean = chain.mean { agent.policyGradient(of: $0, using: &generator) }
        moments.add(mean.map { Float($0) })
      }
      checkUnbiased(
        moments, exact: EnumeratedChain.policyGradient(of: agent.policy, discount: 0.9))
    }
    try check(REINFORCEWithMemory.self)
    try check(RELAXWithMemory.self)
  }

  /// The memory of an agent is told temporal differences: with V = 0 the rewards, and not the returns.
  @Test func agentsRememberTemporalDifferences() throws {
    let setting = TinyChain.setting {
      $0.discount = 0.9
      $0.valueSteps = 0
    }
    var generator = PCG64(seed: 1)
    var agent = EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory>(setting, using: &generator)
    let episode = try #require(TinyChain.episodes.first { $0.length == 3 })
    _ = try agent.update(on: [episode], progress: 0, using: &generator)
    let mean = episode.rewards.reduce(0, +) / 3
    #expect(mean != discountedReturns(episode.rewards, discount: 0.9).reduce(0, +) / 3)
    #expect(abs(agent.estimator.runningStatistics[0] - Double(mean)) < 1e-5)
  }

  /// The weight of the later actions decides how much of them comes off, and how much is left does not depend
  /// on what it was when η learns from an update.
  @Test func agentsTakeLaterActionsOff() throws {
    let setting = TinyChain.setting { $0.valueSteps = 0 }
    var generator = PCG64(seed: 1)
    var agent = EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.estimator.randomize(using: &generator)
    let episode = try #require(TinyChain.episodes.first { $0.length == 3 })
    func gradient(weight: Float) -> [Float] {
      var (copy, generator) = (agent, PCG64(seed: 2))
      copy.stepwise?.weight.values = [weight]
      return copy.policyGradient(of: episode, using: &generator)
    }
    let (none, one, two) = (gradient(weight: 0), gradient(weight: 1), gradient(weight: 2))
    #expect(zip(none, one).contains { abs($0 - $1) > 0.01 })
    #expect(zip(none, zip(one, two)).allSatisfy { abs($0 - 2 * $1.0 + $1.1) < 1e-3 })

    // η of the least variance over five equal updates is the same, whatever η was before.
    func learned(_ episode: Episode<Int>, before weight: Float) throws -> Float {
      var (copy, generator) = (agent, PCG64(seed: 2))
      copy.stepwise?.weight.values = [weight]
      let batch = [Episode](repeating: episode, count: 5)
      _ = try copy.update(on: batch, progress: 0, using: &generator)
      return try #require(copy.stepwise).weight.values[0]
    }
    let longest = TinyChain.episodes.filter { $0.length == 3 }
    let fromNone = try longest.map { try learned($0, before: 0) }
    let fromSome = try longest.map { try learned($0, before: 0.7) }
    #expect(zip(fromNone, fromSome).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(fromNone.contains { (0.1...1.4).contains($0) })
  }

  /// Where an episode has one step its return is a function of that action, and remembered as it is.
  @Test func oneStepNeedsNone() {
    func agent(timeLimit: Int?) -> EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory> {
      let setting = AgentSetting(
        observationSpace: Box(low: -1, high: 1, count: 2), actionSpace: Discrete(2),
        timeLimit: timeLimit, hyperparameters: Hyperparameters())
      var generator = PCG64(seed: 1)
      return EstimatorAgent(setting, using: &generator)
    }
    #expect(agent(timeLimit: 1).stepwise == nil)
    #expect(agent(timeLimit: 2).stepwise != nil)
    #expect(agent(timeLimit: nil).stepwise != nil)
  }

  /// An agent that is read back goes on as the one that was written.
  @Test func stateIsComplete() throws {
    let setting = TinyChain.setting { $0.valueSteps = 3 }
    var generator = PCG64(seed: 1)
    var agent = EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory>(setting, using: &generator)
    func train(
      _ agent: inout EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory>, seed: UInt64
    ) throws -> [Float] {
      var generator = PCG64(seed: seed)
      for episode in TinyChain.episodes {
        _ = try agent.update(on: [episode], progress: 0, using: &generator)
      }
      return agent.namedParameters.flatMap(\.tensor.values)
    }
    _ = try train(&agent, seed: 2)
    var restored = EstimatorAgent<CategoricalPolicy, REINFORCEWithMemory>(
      setting, using: &generator)
    let file = try Safetensors(decoding: Checkpoint.contents(of: &agent).encoded(), from: "state")
    try Checkpoint.restore(file, from: "state", into: &restored)
    #expect(try train(&restored, seed: 3) == train(&agent, seed: 3))
    #expect(agent.stepwise?.weight.values != [0])
  }
}
