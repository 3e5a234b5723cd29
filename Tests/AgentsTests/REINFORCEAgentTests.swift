import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct REINFORCEAgentTests {
  /// By differentiating Σ_t R_t log π(a_t | s_t) itself.
  @Test func estimateIsTheGradientOfItsSurrogate() throws {
    var generator = PCG64(seed: 1)
    var agent = REINFORCEAgent<CategoricalPolicy>(
      IdentityTask.setting { $0.discount = 0.9 }, using: &generator)
    agent.policy.randomize(using: &generator)
    var (copy, task) = (agent, IdentityTask())
    let episode = try collectEpisode(in: &task, with: &copy, seed: 4, using: &generator)
    let policy = agent.policy.asVariables()
    let logProbabilities = policy(Tensor(episode.observations, shape: [5, 4]))
      .logProbability(of: policy.samples(of: episode.actions))
    let returns = Tensor(discountedReturns(episode.rewards, discount: 0.9))
    let expected = gradients(
      of: (logProbabilities * returns).sum(), withRespectTo: policy.parameters
    ).flatMap { $0.values.map { Double($0) } }
    let found = agent.policyGradient(of: episode, using: &generator).map { Double($0) }
    #expect(relativeDistance(found, expected) < 1e-5)
  }

  @Test func listsAllParameters() throws {
    var generator = PCG64(seed: 1)
    let agent = REINFORCEAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    #expect(
      agent.namedParameters.map(\.name) == layers.map { "policy.\($0)" }
        + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" })
  }
}
