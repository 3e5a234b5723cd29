import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

/// Gradient steps of PPO and DQN beside PyTorch's; `Fixtures/pytorch_losses.py` has made these.
@Suite struct PyTorchLossesTests {
  private struct Recorded: Decodable {
    struct Episode: Decodable {
      let observations, finalObservation, rewards: [Float]
      let actions: [Int]
      let terminated: Bool
    }
    struct Proximal: Decodable {
      let discount, lambda, clip, entropy, rate: Double
      let epochs, beyond: Int
      let value, start, end: [[Float]]
      let episodes: [Episode]
    }
    struct Value: Decodable {
      let reach, rate: Double
      let start, end: [[Float]]
      let states, old, targets: [Float]
    }
    struct DeepQ: Decodable {
      let discount: Double
      let start, slopes: [[Float]]
      let episode: Episode
    }
    let ppo: Proximal
    let value: Value
    let dqn: DeepQ
  }

  private let recorded: Recorded

  init() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "pytorch_losses", withExtension: "json", subdirectory: "Fixtures"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    recorded = try decoder.decode(Recorded.self, from: Data(contentsOf: url))
  }

  private func setting(adjust: (inout Hyperparameters) -> Void) -> AgentSetting<Discrete> {
    smallSetting(actions: 4) {
      $0.hiddenSizes = [5, 5]
      $0.controlVariateHiddenSizes = [5, 5]
      $0.optimizer = .sgd
      $0.observationScaling = .none
      $0.usesTime = false
      adjust(&$0)
    }
  }

  private func episode(_ recorded: Recorded.Episode) -> Episode<Int> {
    var episode = Episode<Int>(observationCount: 3)
    episode.observations = recorded.observations
    episode.finalObservation = recorded.finalObservation
    episode.actions = recorded.actions
    for reward in recorded.rewards { episode.add(reward: Double(reward)) }
    (episode.isTerminated, episode.isTruncated) = (recorded.terminated, !recorded.terminated)
    return episode
  }

  private func set(_ network: inout MLP, _ values: [[Float]]) {
    var next = values[...]
    network.visitParameters { _, parameter in
      parameter = Tensor(next.removeFirst(), shape: parameter.shape)
    }
  }

  private func expectEqual(_ parameters: [Tensor], _ expected: [[Float]]) {
    #expect(parameters.count == expected.count)
    for (tensor, values) in zip(parameters, expected) {
      #expect(zip(tensor.values, values).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func policyOfPPOEndsWherePyTorchsDoes() throws {
    let recorded = recorded.ppo
    #expect(recorded.beyond > 2)
    var generator = PCG64(seed: 0)
    let setting = setting {
      $0.discount = recorded.discount
      $0.advantageLambda = recorded.lambda
      $0.clipRange = recorded.clip
      $0.entropyCoefficient = recorded.entropy
      $0.learningRate = recorded.rate
      $0.epochs = recorded.epochs
      $0.minibatchSize = 100
    }
    var agent = PPOAgent<CategoricalPolicy>(setting, using: &generator)
    set(&agent.policy.network, recorded.start)
    set(&agent.value.network, recorded.value)
    _ = try agent.update(on: recorded.episodes.map(episode), progress: 0, using: &generator)
    expectEqual(agent.policy.network.parameters, recorded.end)
  }

  @Test func clippedStepOfVEndsWherePyTorchsDoes() {
    let recorded = recorded.value
    var generator = PCG64(seed: 0)
    var value = ValueFunction(
      inputCount: 3, hyperparameters: setting { _ in }.hyperparameters, using: &generator)
    set(&value.network, recorded.start)
    _ = value.improve(
      at: Tensor(recorded.states, shape: [12, 3]), targets: Tensor(recorded.targets),
      learningRate: Float(recorded.rate),
      reach: (from: Tensor(recorded.old), distance: Float(recorded.reach)))
    expectEqual(value.network.parameters, recorded.end)
  }

  @Test func slopesOfDQNAreThoseOfPyTorch() {
    let recorded = recorded.dqn
    var generator = PCG64(seed: 0)
    var agent = DQNAgent(setting { $0.discount = recorded.discount }, using: &generator)
    set(&agent.network, recorded.start)
    // What is climbed is the loss with the other sign.
    let slopes = agent.policyGradient(of: episode(recorded.episode), using: &generator)
    let expected = recorded.slopes.flatMap { $0 }
    #expect(slopes.count == expected.count && expected.contains { abs($0) > 0.5 })
    #expect(zip(slopes, expected).allSatisfy { abs($0 + $1) < 1e-5 * max(1, abs($1)) })
  }
}
