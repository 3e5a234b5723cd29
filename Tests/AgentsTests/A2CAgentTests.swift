import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct A2CAgentTests {
  private func episodes(_ count: Int) -> [Episode<Int>] {
    var generator = PCG64(seed: 1)
    var (agent, task) = (
      A2CAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator), IdentityTask()
    )
    return (0..<count).map { _ in
      sound { try collectEpisode(in: &task, with: &agent, using: &generator) }
    }
  }

  /// With the values of the fixed V, step by step: Σ_t (R_t − V(s_t)) ∂ log π.
  @Test func estimateSubtractsTheValueOfEachStep() throws {
    var generator = PCG64(seed: 2)
    var agent = A2CAgent<CategoricalPolicy>(
      IdentityTask.setting { $0.discount = 0.8 }, using: &generator)
    agent.value.randomize(using: &generator)
    agent.policy.randomize(using: &generator)
    let episode = try #require(episodes(1).first)
    let found = agent.policyGradient(of: episode, using: &generator)

    var rewards: [Float] = []
    let returns = discountedReturns(episode.rewards, discount: 0.8)
    for t in 0..<episode.length {
      let row = Array(episode.observations[4 * t..<4 * t + 4]) + [Float(t) / 5]
      rewards.append(returns[t] - agent.value(Tensor(row, shape: [1, 5])).values[0])
    }
    // REINFORCE with rewards that sum up to the advantages.
    var plain = REINFORCEAgent<CategoricalPolicy>(
      IdentityTask.setting { $0.discount = 1 }, using: &generator)
    plain.policy = agent.policy
    var shifted = episode
    shifted.rewards = rewards.indices.map { t in
      rewards[t] - (t + 1 < rewards.count ? rewards[t + 1] : 0)
    }
    let expected = plain.policyGradient(of: shifted, using: &generator)
    #expect(relativeDistance(found.map { Double($0) }, expected.map { Double($0) }) < 1e-5)
  }

  /// The first estimate of a fresh agent is REINFORCE's: V is zero until it has seen an episode.
  @Test func valueIsFittedAfterTheEstimate() throws {
    var generator = PCG64(seed: 3)
    var agent = A2CAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    var plain = REINFORCEAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    plain.policy = agent.policy
    let batch = episodes(2)
    _ = try agent.update(on: batch, progress: 0, using: &generator)
    _ = try plain.update(on: batch, progress: 0, using: &generator)
    #expect(agent.policy.parameters.map(\.values) == plain.policy.parameters.map(\.values))
    #expect(agent.value.network.layers[1].weight.values.contains { $0 != 0 })
  }

  @Test func fitLowersTheVariance() throws {
    var generator = PCG64(seed: 4)
    var agent = A2CAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    var task = IdentityTask()
    let before = try #require(
      try measureGradientVariance(of: agent, in: &task, episodes: 100, seed: 4))
    try agent.fitControlVariate(on: episodes(60), steps: 150, using: &generator)
    let after = try #require(
      try measureGradientVariance(of: agent, in: &task, episodes: 100, seed: 4))
    #expect(after.logTrace < before.logTrace - 0.6)
  }

  @Test func timeIsAnInputWhereThereIsALimit() throws {
    var generator = PCG64(seed: 5)
    func inputs(_ setting: AgentSetting<Discrete>) -> Int {
      A2CAgent<CategoricalPolicy>(setting, using: &generator).value.network.inputCount
    }
    var setting = IdentityTask.setting()
    #expect(inputs(setting) == 5)
    setting.hyperparameters.usesTime = false
    #expect(inputs(setting) == 4)
    setting = IdentityTask.setting()
    setting.timeLimit = nil
    #expect(inputs(setting) == 4)
  }

  @Test func listsAllParameters() throws {
    var generator = PCG64(seed: 1)
    let agent = A2CAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    let expected =
      layers.map { "policy.\($0)" }
      + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" }
      + (layers + ["center", "spread"]).map { "value.\($0)" }
    #expect(agent.namedParameters.map(\.name) == expected)
  }
}
