import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@testable import Agents

/// Nothing that an observation's mask forbids is ever done, and nothing is learned from it.
@Suite struct ActionMaskTests {
  /// Two scalars and a mask of four actions, all scaled by what was seen before.
  private func setting(
    _ form: ControlVariateForm = .valueAndRelaxation,
    adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> AgentSetting<Discrete> {
    var setting = smallSetting(actions: 4, form: form) {
      $0.observationScaling = .running
      adjust(&$0)
    }
    setting.observationSpace = Box(low: -1, high: 1, count: 6)
    setting.actionSpace = Discrete(4, start: 10)
    setting.actionMask = 2..<6
    return setting
  }

  private let observation: [Float] = [0.3, -0.8, 1, 0, 1, 0]

  private func policy(_ setting: AgentSetting<Discrete>) -> CategoricalPolicy {
    var generator = PCG64(seed: 1)
    var policy = CategoricalPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { _ in 0.6 }
    policy.scaler.absorb([5, 5, 1, 1, 1, 1, 7, 6, 0, 0, 1, 0])
    return policy
  }

  @Test func forbiddenActionsHaveNoProbability() {
    let policy = policy(setting())
    let states = policy.scaler(observation)
    let some = policy(states)
    let logits = policy.network(states).values
    let odds = Double(logits[2] - logits[0])
    let second = Float(1 / (1 + exp(-odds)))
    let expected = [1 - second, 0, second, 0]
    #expect(zip(some.probabilities.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    let entropy = -(second * log(second) + (1 - second) * log(1 - second))
    #expect(abs(some.entropy().values[0] - entropy) < 1e-6)
  }

  @Test(arguments: [true, false])
  func forbiddenActionsAreNotChosen(isGreedy: Bool) {
    var policy = policy(setting())
    var generator = PCG64(seed: 2)
    for row in randomObservations(300, width: 2, seed: 3) {
      for mask in [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 1]] as [[Float]] {
        let action = (row + mask).withUnsafeBufferPointer {
          policy.act(on: $0, isGreedy: isGreedy, using: &generator)
        }
        #expect(mask[action - 10] == 1)
      }
    }
  }

  @Test func anyActionIsChosenWhereNoneIsAllowed() {
    var policy = policy(setting())
    var generator = PCG64(seed: 2)
    let probabilities = policy(policy.scaler([0.3, -0.8, 0, 0, 0, 0])).probabilities.values
    #expect(probabilities == [0.25, 0.25, 0.25, 0.25])
    let seen = Set(
      (0..<200).map { _ in
        ([0.3, -0.8, 0, 0, 0, 0] as [Float]).withUnsafeBufferPointer {
          policy.act(on: $0, isGreedy: false, using: &generator)
        }
      })
    #expect(seen == [10, 11, 12, 13])
  }

  /// The mask stays a mask, whatever was seen of it.
  @Test(arguments: ObservationScaling.allCases)
  func scalingLeavesTheMask(scaling: ObservationScaling) {
    let space = Box(low: [-4, -4, 0, 0, -9, -9], high: [4, 4, 1, 1, 9, 9])
    var scaler = ObservationScaler(scaling, space: space, mask: 2..<6)
    scaler.absorb([5, 5, 1, 1, 1, 1, 7, 6, 0, 0, 1, 0])
    #expect(scaler(observation).values.suffix(4) == [1, 0, 1, 0])
    // Also by what a file says of the other scalars.
    scaler.visitParameters { _, parameter in
      parameter.updateValues { values in for i in values.indices { values[i] += 0.5 } }
    }
    #expect(scaler(observation).values.suffix(4) == [1, 0, 1, 0])
  }

  /// However the network tells them apart.
  @Test(arguments: [-20_000, 20_000] as [Float])
  func farLogitsDoNotBringForbiddenActionsBack(logit: Float) {
    var policy = policy(setting())
    for layer in policy.network.layers.indices {
      policy.network.layers[layer].weight = .zeros(policy.network.layers[layer].weight.shape)
    }
    policy.network.layers[1].bias = Tensor([logit, 0, logit, 0])
    #expect(policy(policy.scaler(observation)).probabilities.values == [0.5, 0, 0.5, 0])
    var generator = PCG64(seed: 2)
    let seen = Set(
      (0..<100).map { _ in
        observation.withUnsafeBufferPointer {
          policy.act(on: $0, isGreedy: false, using: &generator)
        }
      })
    #expect(seen == [10, 12])
  }

  /// Choices of different length, the second of which has a value, both, or none.
  @Test(arguments: [[1, 0], [1, 1], [0, 0]] as [[Float]])
  func severalChoicesAreDrawnByTheirProbabilities(second: [Float]) {
    var setting = AgentSetting(
      observationSpace: Box(low: -1, high: 1, count: 8), actionSpace: MultiDiscrete([4, 2]),
      actionMask: 2..<8, timeLimit: nil, hyperparameters: setting().hyperparameters)
    setting.hyperparameters.observationScaling = .none
    var generator = PCG64(seed: 1)
    var policy = MultiCategoricalPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { _ in 0.6 }
    let row = observation + second
    let probabilities = policy(policy.scaler(row)).probabilities.values
    var counts = [Double](repeating: 0, count: 8)
    for _ in 0..<8000 {
      let action = row.withUnsafeBufferPointer {
        policy.act(on: $0, isGreedy: false, using: &generator)
      }
      (counts[action[0]], counts[4 + action[1]]) = (
        counts[action[0]] + 1, counts[4 + action[1]] + 1
      )
    }
    for (count, probability) in zip(counts, probabilities) {
      #expect(abs(count / 8000 - Double(probability)) < 0.025)
    }
    #expect(probabilities[1] == 0 && probabilities[3] == 0 && probabilities[6] == 0)
  }

  /// One step with a reward for each action: the mean over the allowed ones is ∂E[reward]/∂θ.
  @Test(
    arguments: ["a2c", "reinforce", "ppo", "reinforce-memory"].map { ($0, nil) }
      + ControlVariateForm.allCases.map { ("relax", $0) }
      as [(String, ControlVariateForm?)])
  func gradientIsThatOfTheAllowedActions(name: String, form: ControlVariateForm?) throws {
    let setting = setting(form ?? .valueAndRelaxation) { $0.discount = 1 }
    let algorithm = try #require(Algorithm.all.first { $0.name == name })
    var generator = PCG64(seed: 4)
    var agent = try #require(algorithm.makeAgent(setting, using: &generator))
    agent.randomizeParameters(using: &generator)
    func check<A: PolicyGradientAgent>(_ agent: A) throws {
      let policy = try #require(agent.policy as? CategoricalPolicy).asVariables()
      let distribution = policy(policy.scaler(observation))
      let rewards: [Float] = [1, 50, -2, -70]
      let exact = gradients(
        of: (distribution.probabilities * Tensor(rewards, shape: [1, 4])).sum(),
        withRespectTo: policy.parameters
      ).flatMap { $0.values.map { Double($0) } }
      var moments = SampleMoments()
      for _ in 0..<3000 {
        var mean = [Float](repeating: 0, count: exact.count)
        for action in [0, 2] {
          var episode = Episode<Int>(observationCount: 6)
          episode.observations = observation
          episode.actions = [action + 10]
          episode.add(reward: Double(rewards[action]))
          episode.isTerminated = true
          let weight = distribution.probabilities.values[action]
          let estimate = agent.policyGradient(
            of: try #require(episode as? Episode<A.Action>), using: &generator)
          for i in mean.indices { mean[i] += weight * estimate[i] }
        }
        moments.add(mean)
      }
      #expect(exact.contains { abs($0) > 0.05 })
      let scores = moments.zScores(against: exact, errors: exact.map { _ in 1e-5 })
      #expect(scores.allSatisfy { abs($0) < 4.5 })
    }
    let opened = try #require(agent as? any PolicyGradientAgent)
    try check(opened)
  }

  // MARK: DQN

  @Test(arguments: [false, true])
  func targetsAreOfAllowedActions(isDouble: Bool) throws {
    var generator = PCG64(seed: 5)
    var agent = DQNAgent(setting { $0.usesDoubleQ = isDouble }, using: &generator)
    agent.randomizeParameters(using: &generator)
    var batch = Episode<Int>(observationCount: 6)
    for row in randomObservations(30, width: 2, seed: 6) {
      batch.observations += row + [1, 0, 0, 1]
      batch.actions.append(10)
      batch.add(reward: 0)
    }
    batch.finalObservation = observation
    batch.isTruncated = true
    let sample = agent.replay.transitions(of: batch, actions: batch.actions.map(agent.row))
    let next = agent.scaler(sample.nextObservations.values)
    let values = agent.network(next).values
    let targets = agent.targets(of: sample, from: agent.network).values
    for row in 0..<30 {
      let allowed = row == 29 ? [0, 2] : [0, 3]
      let best = try #require(allowed.map { values[row * 4 + $0] }.max())
      #expect(abs(targets[row] - Float(agent.hyperparameters.discount) * best) < 1e-5)
    }
  }

  @Test func randomAndGreedyActionsOfDQNAreAllowed() {
    var generator = PCG64(seed: 7)
    var agent = DQNAgent(setting(), using: &generator)
    agent.randomizeParameters(using: &generator)
    for isOver in [false, true] {
      agent.warmUp.advance(to: isOver ? 1_000_000 : 0)
      for epsilon in [0, 1] as [Float] {
        agent.epsilon = Parameter(Tensor(epsilon))
        let seen = Set(
          (0..<200).map { _ in agent.action(on: observation, using: &generator) })
        #expect(seen.isSubset(of: [10, 12]))
        if epsilon == 1 || !isOver { #expect(seen.count == 2) }
      }
    }
  }

  // MARK: Learning

  /// The largest of two allowed numbers of 0 to 3 pays most: 3.89 on average in five steps, 2.5 by chance.
  @Test(arguments: Algorithm.all.map(\.name))
  func everyAlgorithmLearnsWithMasks(name: String) throws {
    guard let result = try learned(name, MaskedNumbers(), episodes: 400) else { return }
    #expect(result > 3.6)
  }

  /// The same for two choices, the second of which changes nothing.
  @Test(arguments: ["a2c", "relax", "ppo", "reinforce-memory"])
  func severalChoicesAreLearnedWithMasks(name: String) throws {
    let result = try #require(try learned(name, MaskedChoices(), episodes: 400))
    #expect(result > 3.6)
  }

  /// The mean return of greedy actions after some training; `nil` where there is no such agent.
  private func learned<T: Environment>(
    _ name: String, _ task: T, episodes: Int
  ) throws -> Double? where T.ActionSpace: PolicySpace {
    let algorithm = try #require(Algorithm.all.first { $0.name == name })
    var setting = IdentityTask.setting {
      $0.observationScaling = .running
      $0.entropyCoefficient = 0
      if algorithm.parts.contains(.proximal) { $0.advantageLambda = 0.95 }
    }
    setting.observationSpace = task.observationSpace
    var generator = PCG64(seed: 1)
    let own = AgentSetting(
      observationSpace: task.observationSpace, actionSpace: task.actionSpace,
      actionMask: task.actionMask, timeLimit: 5, hyperparameters: setting.hyperparameters)
    guard let agent = algorithm.makeAgent(own, using: &generator) else { return nil }
    func run<A: Agent<T.ActionSpace.Element>>(_ agent: A) throws -> Double {
      var (agent, environment) = (agent, task)
      try train(
        &agent, in: &environment,
        plan: TrainingPlan(episodes: episodes, episodesPerBatch: 4, seed: 1))
      return try evaluate(agent, in: &environment, episodes: 40, seed: 9, isGreedy: true).meanReturn
    }
    return try run(agent)
  }
}

extension Module {
  /// Gaussian parameters, but for what is counted.
  fileprivate mutating func randomizeParameters(using generator: inout PCG64) {
    visitParameters { name, parameter in
      guard !name.hasPrefix("observation_scaler"), !name.contains("warm_up") else { return }
      parameter.updateValues { values in
        for i in values.indices { values[i] = Float(0.6 * generator.standardNormal()) }
      }
    }
  }
}

/// Rewards a number from 0 to 3 with a third of it, but allows two of them only, other ones each time.
struct MaskedNumbers: Environment {
  private var generator = PCG64(seed: 0)
  private var mask: [Bool] = []
  private var steps = 0

  let observationSpace = Box(low: 0, high: 1, count: 5)
  let actionSpace = Discrete(4)
  let actionMask: Range<Int>? = 1..<5

  private mutating func observe() -> [Float] {
    let allowed = generator.permutation(of: 0..<4).prefix(2)
    mask = (0..<4).map(allowed.contains)
    return [1] + mask.map { $0 ? 1 : 0 }
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    if let seed { generator = PCG64(seed: seed) }
    steps = 0
    return observe()
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    precondition(mask[action], "\(action) is not allowed")
    steps += 1
    return Step(observation: observe(), reward: Double(action) / 3, isTerminated: steps == 5)
  }
}

/// The same with a second choice, which has nothing to say and not always two values.
struct MaskedChoices: Environment {
  private var numbers = MaskedNumbers()
  private var isSecondOpen = false

  let observationSpace = Box(low: 0, high: 1, count: 7)
  let actionSpace = MultiDiscrete([4, 2])
  let actionMask: Range<Int>? = 1..<7

  private mutating func observe(_ scalars: [Float]) -> [Float] {
    isSecondOpen.toggle()
    return scalars + [1, isSecondOpen ? 1 : 0]
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    isSecondOpen = false
    return observe(numbers.reset(seed: seed, options: options))
  }

  mutating func step(_ action: [Int]) -> Step<[Float]> {
    precondition(action[1] == 0 || isSecondOpen, "the second choice is closed")
    let step = numbers.step(action[0])
    return step.showing(observe(step.observation))
  }
}
