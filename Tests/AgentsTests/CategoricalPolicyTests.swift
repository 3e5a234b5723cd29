import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@testable import Agents

@Suite struct CategoricalPolicyTests {
  private func policy(_ actions: Discrete, gain: Double = 0.6) -> CategoricalPolicy {
    var generator = PCG64(seed: 1)
    var setting = smallSetting(actions: actions.count)
    setting.actionSpace = actions
    var policy = CategoricalPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { _ in gain }
    return policy
  }

  private func act(
    _ policy: inout CategoricalPolicy, _ observation: [Float], isGreedy: Bool = false,
    using generator: inout PCG64
  ) -> Int {
    observation.withUnsafeBufferPointer {
      policy.act(on: $0, isGreedy: isGreedy, using: &generator)
    }
  }

  @Test(arguments: [2, 5], [0, -3])
  func drawsFollowTheProbabilities(actions: Int, start: Int) {
    var policy = policy(Discrete(actions, start: start))
    var generator = PCG64(seed: 2)
    for observation in randomObservations(3, width: 3, seed: 3) {
      let probabilities = policy(policy.scaler(observation)).probabilities
      let n = 8000
      var counts = [Int](repeating: 0, count: actions)
      for _ in 0..<n { counts[act(&policy, observation, using: &generator) - start] += 1 }
      let statistic = zip(counts, probabilities.values).reduce(0.0) {
        let expected = Double(n) * Double($1.1)
        return $0 + (Double($1.0) - expected) * (Double($1.0) - expected) / expected
      }
      // Up to four degrees of freedom: above 23.5 with a probability of 0.0001.
      #expect(statistic < (actions == 2 ? 15.1 : 23.5))
    }
  }

  @Test func greedyActionIsTheMode() {
    var policy = policy(Discrete(4, start: 7))
    var generator = PCG64(seed: 2)
    let before = generator
    for observation in randomObservations(200, width: 3, seed: 3) {
      let mode = Categorical(logits: policy(policy.scaler(observation)).logits).mode[0]
      #expect(act(&policy, observation, isGreedy: true, using: &generator) == Int(mode) + 7)
    }
    #expect(generator == before)
  }

  @Test func extremeLogitsAreCertain() {
    var policy = policy(Discrete(3))
    for layer in policy.network.layers.indices {
      policy.network.layers[layer].weight = .zeros(policy.network.layers[layer].weight.shape)
    }
    policy.network.layers[1].bias = Tensor([-80, 80, -80])
    var generator = PCG64(seed: 2)
    for _ in 0..<500 { #expect(act(&policy, [0, 0, 0], using: &generator) == 1) }
  }

  @Test func startsNearUniform() {
    var generator = PCG64(seed: 4)
    let policy = CategoricalPolicy(smallSetting(actions: 3), using: &generator)
    let observations = randomObservations(50, width: 3, seed: 5).flatMap { $0 }
    let probabilities = policy(policy.scaler(observations)).probabilities
    #expect(probabilities.values.allSatisfy { abs($0 - 1 / 3.0) < 0.02 })
  }

  /// The scaler is saved with the agent, but is no parameter that a gradient is taken in.
  @Test func parametersAreTheNetworks() {
    let policy = policy(Discrete(3))
    #expect(policy.parameters.map(\.values) == policy.network.parameters.map(\.values))
  }

  @Test func observationsOfTheWrongWidthStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      var policy = CategoricalPolicy(smallSetting(actions: 2), using: &generator)
      _ = [Float](repeating: 0, count: 2).withUnsafeBufferPointer {
        policy.act(on: $0, isGreedy: true, using: &generator)
      }
    }
    expectMessage("an observation of 2 scalars instead of 3", of: result)
  }
}
