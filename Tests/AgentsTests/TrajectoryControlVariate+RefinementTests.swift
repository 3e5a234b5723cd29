import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@testable import Agents

/// Action values that descend the variance of the whole estimate.
@Suite struct TrajectoryControlVariateRefinementTests {
  private func setting(discount: Double = 0.9) -> AgentSetting<Discrete> {
    TinyChain.setting(.trajectory) {
      $0.discount = discount
      $0.controlVariateLearningRate = 0.003
      $0.valueLearningRate = 0.1
      $0.valueSteps = 60
      $0.actionValueSteps = 60
      $0.refinementSteps = 5
    }
  }

  /// Random action values with some coefficients, at a policy that is fixed.
  private func randomAgent(_ form: ControlVariateForm = .trajectory) -> RELAXAgent<
    CategoricalPolicy
  > {
    var generator = PCG64(seed: 4)
    var setting = setting()
    setting.hyperparameters.controlVariateForm = form
    setting.hyperparameters.controlVariateHiddenSizes = [3]
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.value.randomize(using: &generator)
    agent.trajectory?.actionValue.randomize(using: &generator) { $0 == "spread" ? 3 : 1 }
    agent.trajectory?.coefficients.values = form == .trajectory ? [0.8, 0.6] : [0.8]
    return agent
  }

  private func features(_ episodes: [Episode<Int>], _ agent: RELAXAgent<CategoricalPolicy>)
    -> [EpisodeFeatures]
  {
    episodes.map {
      EpisodeFeatures($0, policy: agent.policy, discount: 0.9, timeLimit: 3)
    }
  }

  /// Three steps with different actions, so that D is there.
  private var longEpisodes: [Episode<Int>] {
    Array(TinyChain.episodes.filter { $0.length == 3 }.prefix(3))
  }

  @Test(arguments: [ControlVariateForm.trajectory, .actionValue])
  func gradientEqualsFiniteDifferences(form: ControlVariateForm) throws {
    let agent = randomAgent(form)
    let trajectory = try #require(agent.trajectory)
    let episodes = features(longEpisodes, agent)
    let policy = agent.policy.asVariables()
    checkGradient(
      of: { parameters in
        var network = trajectory.actionValue.network
        network.setParameters(parameters)
        return trajectory.refinementLoss(
          network, on: episodes, of: policy, agent.value, agent.hyperparameters)
      }, at: trajectory.actionValue.network.parameters)
  }

  /// The loss is that of the estimate which the agent steps along.
  @Test func lossIsThatOfTheEstimate() throws {
    let agent = randomAgent()
    let trajectory = try #require(agent.trajectory)
    var generator = PCG64(seed: 1)
    let squares = longEpisodes.map {
      agent.policyGradient(of: $0, using: &generator).reduce(0) { $0 + $1 * $1 }
    }
    let loss = trajectory.refinementLoss(
      trajectory.actionValue.network, on: features(longEpisodes, agent),
      of: agent.policy.asVariables(), agent.value, agent.hyperparameters
    ).scalar
    #expect(abs(loss / (squares.reduce(0, +) / 3 / 4) - 1) < 1e-5)
  }

  @Test func stepsLowerTheVarianceAndChangeNothingElse() throws {
    let agent = randomAgent()
    var trajectory = try #require(agent.trajectory)
    var window = EpisodeWindow(capacity: 20)
    window.append(features(TinyChain.episodes, agent))
    let policy = agent.policy.asVariables()
    func loss() -> Float {
      trajectory.refinementLoss(
        trajectory.actionValue.network, on: window.episodes, of: policy, agent.value,
        agent.hyperparameters
      ).scalar
    }
    let (before, old) = (loss(), trajectory)
    var generator = PCG64(seed: 1)
    var hyperparameters = agent.hyperparameters
    hyperparameters.controlVariateLearningRate = 0.02
    try trajectory.refine(
      on: window, of: policy, agent.value, steps: 60, hyperparameters: hyperparameters,
      using: &generator)
    #expect(loss() < 0.9 * before)
    #expect(trajectory.coefficients.values == old.coefficients.values)
    // The scale of its outputs belongs to the fit.
    for (new, old) in zip(trajectory.namedParameters, old.namedParameters) {
      let isNetwork = new.name.hasPrefix("action_value.") && !new.tensor.shape.dimensions.isEmpty
      #expect((new.tensor.values != old.tensor.values) == isNetwork, "\(new.name)")
    }
  }

  @Test func withoutCoefficientsNothingIsRefined() throws {
    let agent = randomAgent()
    var trajectory = try #require(agent.trajectory)
    trajectory.coefficients.values = [0, 0]
    let before = trajectory.parameters.map(\.values)
    var window = EpisodeWindow(capacity: 20)
    window.append(features(TinyChain.episodes, agent))
    var generator = PCG64(seed: 1)
    try trajectory.refine(
      on: window, of: agent.policy.asVariables(), agent.value, steps: 3,
      hyperparameters: agent.hyperparameters, using: &generator)
    #expect(trajectory.parameters.map(\.values) == before)
  }

  /// Everything was fitted and refined on other episodes of another policy before.
  @Test(arguments: [0.9, 1])
  func meanOfRefinedEstimates(discount: Double) throws {
    let agent = refinedAgent(discount: discount)
    let trajectory = try #require(agent.trajectory)
    #expect(trajectory.coefficients.values.contains { $0 > 0.1 })
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: discount)
    var generator = PCG64(seed: 1)
    let found = EnumeratedChain(agent.policy).mean {
      agent.policyGradient(of: $0, using: &generator)
    }
    #expect(relativeDistance(found, exact) < 2e-5)
    // What an update applies is the estimate from before the episode refines anything.
    let applied = EnumeratedChain(agent.policy).mean { episode in
      var (generator, trained) = (PCG64(seed: 7), agent)
      _ = sound { try trained.update(on: [episode], progress: 0, using: &generator) }
      return zip(
        trained.policy.parameters.flatMap(\.values), agent.policy.parameters.flatMap(\.values)
      ).map { $0 - $1 }
    }
    #expect(relativeDistance(applied, exact) < 2e-5)
  }

  /// Refined on the very episode before its estimate, m takes some of the gradient along.
  @Test func refinementBeforeTheEstimateIsBiased() throws {
    let agent = refinedAgent(discount: 1)
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: 1)
    let found = EnumeratedChain(agent.policy).mean { episode in
      var (generator, refined) = (PCG64(seed: 7), agent)
      var window = EpisodeWindow(capacity: 1)
      window.append([EpisodeFeatures(episode, policy: agent.policy, discount: 1, timeLimit: 3)])
      var hyperparameters = agent.hyperparameters
      hyperparameters.controlVariateLearningRate = 0.02
      sound {
        try refined.trajectory?.refine(
          on: window, of: agent.policy.asVariables(), agent.value, steps: 20,
          hyperparameters: hyperparameters, using: &generator)
      }
      return refined.policyGradient(of: episode, using: &generator)
    }
    #expect(relativeDistance(found, exact) > 0.01)
  }

  /// An agent whose control variate another one has learned, with another policy.
  private func refinedAgent(discount: Double) -> RELAXAgent<CategoricalPolicy> {
    let setting = setting(discount: discount)
    var generator = PCG64(seed: 2)
    var trained = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    let policy = TinyChain.randomPolicy(setting, seed: 8)
    for episode in TinyChain.episodes.dropLast(3) {
      trained.policy = policy
      _ = sound { try trained.update(on: [episode], progress: 0, using: &generator) }
    }
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.value = trained.value
    agent.trajectory = trained.trajectory
    return agent
  }
}
