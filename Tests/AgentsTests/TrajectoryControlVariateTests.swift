import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

/// The mean over all episodes of a small process is the gradient, whatever the action values and
/// their coefficients are; and not with the mistakes that are easily made.
@Suite struct TrajectoryControlVariateTests {
  private func setting(
    _ form: ControlVariateForm = .trajectory, discount: Double = 1, lambda: Double = 1
  ) -> AgentSetting<Discrete> {
    TinyChain.setting(form) {
      $0.discount = discount
      $0.advantageLambda = lambda
      $0.valueLearningRate = 0.1
      $0.valueSteps = 60
      $0.actionValueSteps = 60
    }
  }

  /// Random action values of order 3, and random coefficients.
  private func randomAgent(
    _ form: ControlVariateForm = .trajectory, discount: Double = 1, lambda: Double = 1,
    seed: UInt64 = 4
  ) -> RELAXAgent<CategoricalPolicy> {
    let setting = setting(form, discount: discount, lambda: lambda)
    var generator = PCG64(seed: seed)
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.value.randomize(using: &generator)
    agent.trajectory?.actionValue.randomize(using: &generator) { $0 == "spread" ? 3 : 1 }
    let coefficients = agent.trajectory?.coefficients.values.map { _ in
      Float(0.3 + 1.2 * generator.random())
    }
    agent.trajectory?.coefficients.values = coefficients ?? []
    return agent
  }

  @Test func gradientsOfTheChainAgree() throws {
    let policy = TinyChain.randomPolicy(setting())
    let exact = EnumeratedChain.policyGradient(of: policy, discount: 1)
    #expect(relativeDistance(exact, EnumeratedChain(policy).gradientOfExpectedReturn) < 1e-5)
    let discounted = EnumeratedChain.policyGradient(of: policy, discount: 0.9)
    #expect(relativeDistance(discounted, exact) > 0.01)
  }

  @Test(arguments: [ControlVariateForm.trajectory, .actionValue], [0.9, 1])
  func meanOfEstimates(form: ControlVariateForm, discount: Double) throws {
    for seed in 4..<7 {
      let agent = randomAgent(form, discount: discount, seed: UInt64(seed))
      let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: discount)
      #expect(relativeDistance(mean(agent), exact) < 2e-5)
      // It is no trifle that vanishes.
      var plain = agent
      plain.trajectory?.coefficients.values = [Float](
        repeating: 0, count: form == .trajectory ? 2 : 1)
      var generator = PCG64(seed: 1)
      let distances = TinyChain.episodes.map { episode in
        let pair = [agent, plain].map {
          $0.policyGradient(of: episode, using: &generator).map { Double($0) }
        }
        return relativeDistance(pair[0], pair[1])
      }
      #expect(distances.contains { $0 > 0.01 })
    }
  }

  /// λ-returns bias an estimate as V errs; what is subtracted from them adds nothing to that.
  @Test(arguments: [ControlVariateForm.trajectory, .actionValue])
  func meanOfEstimatesWithLambdaIsThatOfA2C(form: ControlVariateForm) throws {
    let agent = randomAgent(form, discount: 0.9, lambda: 0.6)
    let biased = EnumeratedChain(agent.policy).meanOfA2C(like: agent)
    #expect(relativeDistance(mean(agent), biased) < 2e-5)
    let gradient = EnumeratedChain.policyGradient(of: agent.policy, discount: 0.9)
    #expect(relativeDistance(biased, gradient) > 0.05)
  }

  /// Everything was fitted to other episodes of another policy before.
  @Test(arguments: [0.9, 1])
  func meanOfFittedEstimates(discount: Double) throws {
    let agent = fittedAgent(discount: discount)
    let trajectory = try #require(agent.trajectory)
    #expect(trajectory.coefficients.values.contains { $0 > 0.1 })
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: discount)
    #expect(relativeDistance(mean(agent), exact) < 2e-5)
    // What an update applies is the estimate from before it learns.
    let chain = EnumeratedChain(agent.policy)
    let applied = chain.mean { episode in
      var generator = PCG64(seed: 7)
      var trained = agent
      _ = sound { try trained.update(on: [episode], progress: 0, using: &generator) }
      return zip(
        trained.policy.parameters.flatMap(\.values), agent.policy.parameters.flatMap(\.values)
      ).map { $0 - $1 }
    }
    #expect(relativeDistance(applied, exact) < 2e-5)
  }

  /// Another γ in D makes a worse control variate, but no bias.
  @Test func anyDiscountOfTheCorrectionIsUnbiased() throws {
    var agent = randomAgent(discount: 1)
    let other = randomAgent(discount: 0.4)
    agent.trajectory = other.trajectory
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: 1)
    #expect(relativeDistance(mean(agent), exact) < 2e-5)
  }

  // MARK: Mistakes

  @Test func actionValuesThatHaveSeenTheEpisodeAreBiased() throws {
    let agent = fittedAgent(discount: 1)
    var learned = agent
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: 1)
    func mean(_ learn: (RELAXAgent<CategoricalPolicy>) -> RELAXAgent<CategoricalPolicy>) -> [Double]
    {
      var generator = PCG64(seed: 1)
      return EnumeratedChain(agent.policy).mean { episode in
        learned = agent
        _ = sound { try learned.update(on: [episode], progress: 0, using: &generator) }
        return learn(learned).policyGradient(of: episode, using: &generator)
      }
    }
    let withValues = mean { updated in
      var result = agent
      if let m = updated.trajectory?.actionValue { result.trajectory?.actionValue = m }
      return result
    }
    #expect(relativeDistance(withValues, exact) > 0.01)
    let withCoefficients = mean { updated in
      var result = agent
      if let other = updated.trajectory?.coefficients { result.trajectory?.coefficients = other }
      return result
    }
    #expect(relativeDistance(withCoefficients, exact) > 1e-3)
  }

  /// This step's own action in D, with nothing that makes up for its expectation.
  @Test func presentActionInTheLaterSumIsBiased() throws {
    let (agent, exact) = undiscounted
    let found = mean(agent) { score, centered, values, actions, terms in
      let taken = centered.selecting(columns: actions)
      return terms[2] + score.multiplyingRows(by: taken)
    }
    #expect(relativeDistance(found, exact) > 0.05)
  }

  /// Action values in D that have an expectation under the policy.
  @Test func valuesThatAreNotCenteredAreBiased() throws {
    let (agent, exact) = undiscounted
    let found = mean(agent) { score, _, values, actions, _ in
      let taken = values.selecting(columns: actions).values
      var (sums, following) = (taken, Float(0))
      for t in taken.indices.reversed() { (sums[t], following) = (following, following + taken[t]) }
      return score.multiplyingRows(by: Tensor(sums))
    }
    #expect(relativeDistance(found, exact) > 0.05)
  }

  /// The same with the right D, so that it is the mistake that is found.
  @Test func laterSumItselfIsUnbiased() throws {
    let (agent, exact) = undiscounted
    let found = mean(agent) { _, _, _, _, terms in terms[2] }
    #expect(relativeDistance(found, exact) < 2e-5)
  }

  @Test func presentCorrectionWithoutItsExpectationIsBiased() throws {
    let (agent, exact) = undiscounted
    let found = mean(agent) { score, centered, _, actions, _ in
      score.multiplyingRows(by: centered.selecting(columns: actions))
    }
    #expect(relativeDistance(found, exact) > 0.05)
  }

  // MARK: Parts

  private var undiscounted: (agent: RELAXAgent<CategoricalPolicy>, exact: [Double]) {
    let agent = randomAgent()
    return (agent, EnumeratedChain.policyGradient(of: agent.policy, discount: 1))
  }

  private func mean(_ agent: RELAXAgent<CategoricalPolicy>) -> [Double] {
    var generator = PCG64(seed: 1)
    return EnumeratedChain(agent.policy).mean {
      agent.policyGradient(of: $0, using: &generator)
    }
  }

  /// The mean of g₀ less some correction in the logits, from the score, A, m, the actions and the
  /// right terms.
  private func mean(
    _ agent: RELAXAgent<CategoricalPolicy>,
    less correction: (Tensor, Tensor, Tensor, [Int32], [Tensor]) -> Tensor
  ) -> [Double] {
    EnumeratedChain(agent.policy).mean { episode in
      guard let trajectory = agent.trajectory else { return [] }
      let features = EpisodeFeatures(episode, policy: agent.policy, discount: 1, timeLimit: 3)
      let policy = agent.policy.asVariables()
      let recorded = policy(features.states)
      let distribution = recorded.detached()
      let terms = trajectory.logitGradients(
        of: features, at: distribution, advantages: features.returns)
      let values = trajectory.actionValue(features.timedStates)
      let expected = (distribution.probabilities * values).sumOverColumns()
      let wrong = correction(
        distribution.score(of: features.samples), values - expected.repeatedAsColumns(2), values,
        features.categories, terms)
      return PolicyEstimate(recorded, gradient: terms[0] - wrong, policy: policy).scalars
    }
  }

  /// An agent whose control variate another one has learned, with another policy.
  private func fittedAgent(discount: Double) -> RELAXAgent<CategoricalPolicy> {
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
