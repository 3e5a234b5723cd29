import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@testable import Agents

/// The mean of an agent's estimates over all episodes of a small process is the gradient of the
/// expected return.
@Suite struct EnumerationTests {
  @Test func chainHasAllItsEpisodes() throws {
    let episodes = TinyChain.episodes
    #expect(Set(episodes.map { "\($0.actions) \($0.observations)" }).count == episodes.count)
    #expect(episodes.contains { $0.isTerminated && $0.length < 3 })
    #expect(episodes.contains { $0.isTruncated && !$0.isTerminated && $0.length == 3 })
    let chain = EnumeratedChain(TinyChain.randomPolicy(TinyChain.setting()))
    #expect(abs(chain.probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(chain.gradientOfExpectedReturn.contains { abs($0) > 0.3 })
  }

  @Test func meanOfREINFORCE() throws {
    var generator = PCG64(seed: 1)
    var agent = REINFORCEAgent<CategoricalPolicy>(TinyChain.setting(), using: &generator)
    agent.policy = TinyChain.randomPolicy(TinyChain.setting())
    let chain = EnumeratedChain(agent.policy)
    let found = chain.mean { agent.policyGradient(of: $0, using: &generator) }
    #expect(relativeDistance(found, chain.gradientOfExpectedReturn) < 1e-5)
    let applied = chain.mean { step(of: agent, on: $0) }
    #expect(relativeDistance(applied, chain.gradientOfExpectedReturn) < 1e-5)
  }

  /// After some training, so that means and baselines stand somewhere.
  @Test(arguments: Algorithm.estimators.map(\.name))
  func meanOfEstimators(name: String) throws {
    let setting = TinyChain.setting {
      $0.learningRate = 0
      $0.controlVariateLearningRate = 0.3
      $0.valueSteps = 4
      $0.valueBatchSize = 16
    }
    let algorithm = try #require(Algorithm.all.first { $0.name == name })
    var generator = PCG64(seed: 1)
    func check(_ agent: some TrainableAgent<Int>) throws {
      var agent = agent
      let policy = TinyChain.randomPolicy(setting)
      agent.visitParameters { name, parameter in
        let own = policy.namedParameters.first { "policy.\($0.name)" == name }
        parameter = own?.tensor ?? parameter
      }
      let plain = agent
      for episode in TinyChain.episodes {
        _ = try agent.update(on: [episode], progress: 0, using: &generator)
      }
      let chain = EnumeratedChain(policy)
      let expected = chain.gradientOfExpectedReturn
      if algorithm.parts.contains(.memory) {
        // These draw more than the episode.
        var moments = SampleMoments()
        for _ in 0..<150 {
          moments.add(chain.mean { agent.policyGradient(of: $0, using: &generator) })
        }
        let scores = moments.zScores(
          against: expected.map { Double($0) }, errors: expected.map { _ in 1e-5 })
        #expect(scores.allSatisfy { abs($0) < 4.5 })
      } else {
        let found = chain.mean { agent.policyGradient(of: $0, using: &generator) }
        #expect(relativeDistance(found, expected) < 1e-5)
      }
      // What was learned is in the estimate.
      let episode = TinyChain.episodes[0]
      #expect(
        agent.policyGradient(of: episode, using: &generator)
          != plain.policyGradient(of: episode, using: &generator))
    }
    let agent = try #require(algorithm.makeAgent(setting, using: &generator))
    try check(agent)
  }

  /// V was fitted to other episodes of the process before, and sees the time.
  @Test func meanOfA2C() throws {
    let agent = fittedA2C()
    let chain = EnumeratedChain(agent.policy)
    var generator = PCG64(seed: 1)
    let found = chain.mean { agent.policyGradient(of: $0, using: &generator) }
    #expect(relativeDistance(found, chain.gradientOfExpectedReturn) < 1e-5)
    let applied = chain.mean { step(of: agent, on: $0) }
    #expect(relativeDistance(applied, chain.gradientOfExpectedReturn) < 1e-5)
  }

  /// A baseline that knows the episode it is subtracted from takes the gradient along.
  @Test func criticFittedBeforeTheEstimateIsBiased() throws {
    let agent = fittedA2C()
    let chain = EnumeratedChain(agent.policy)
    let found = chain.mean { episode in
      var generator = PCG64(seed: 1)
      var fitted = agent
      _ = sound { try fitted.update(on: [episode], progress: 0, using: &generator) }
      fitted.policy = agent.policy
      return fitted.policyGradient(of: episode, using: &generator)
    }
    #expect(relativeDistance(found, chain.gradientOfExpectedReturn) > 0.01)
  }

  @Test(arguments: ControlVariateForm.relaxedByStep)
  func meanOfRELAX(form: ControlVariateForm) throws {
    let agent = randomRELAX(form)
    let chain = EnumeratedChain(agent.policy)
    checkUnbiased(
      batches(of: agent, chain), exact: chain.gradientOfExpectedReturn)
  }

  /// The mean of several draws of z and z̃ has the same expectation, and a share of their noise.
  @Test func meanOfRELAXWithSeveralDraws() throws {
    let agent = randomRELAX(.valueAndRelaxation, draws: 4)
    let chain = EnumeratedChain(agent.policy)
    checkUnbiased(batches(of: agent, chain), exact: chain.gradientOfExpectedReturn)
    let noise = [agent, randomRELAX(.valueAndRelaxation)].map { agent in
      var generator = PCG64(seed: 6)
      var moments = SampleMoments()
      for _ in 0..<2000 {
        moments.add(agent.policyGradient(of: TinyChain.episodes[0], using: &generator))
      }
      return moments.variances.reduce(0, +)
    }
    #expect(abs(noise[1] / noise[0] - 4) < 1)
  }

  /// Exact over the episodes, so that only the relaxations are drawn.
  @Test(arguments: zip([0.9, 1], [1, 3]))
  func meanOfRelaxedTrajectory(discount: Double, draws: Int) throws {
    let agent = randomRELAX(.relaxedTrajectory, draws: draws, discount: discount)
    let (policy, c) = (agent.policy.asVariables(), agent.controlVariate)
    let samples = means(of: agent) { episode, generator in
      agent.estimate(episode, policy, c, using: &generator).scalars
    }
    checkUnbiased(
      samples, exact: EnumeratedChain.policyGradient(of: agent.policy, discount: discount))
  }

  /// λ-returns bias an estimate as V errs; what RELAX subtracts from them adds nothing to that.
  @Test(arguments: [ControlVariateForm.valueAndRelaxation, .relaxedTrajectory])
  func meanOfRELAXWithLambdaIsThatOfA2C(form: ControlVariateForm) throws {
    let agent = randomRELAX(form, discount: 0.9, lambda: 0.6)
    let (policy, c) = (agent.policy.asVariables(), agent.controlVariate)
    let biased = EnumeratedChain(agent.policy).meanOfA2C(like: agent)
    let gradient = EnumeratedChain.policyGradient(of: agent.policy, discount: 0.9)
    #expect(relativeDistance(biased, gradient) > 0.05)
    let samples = means(of: agent) { episode, generator in
      agent.estimate(episode, policy, c, using: &generator).scalars
    }
    checkUnbiased(samples, exact: biased)
    #expect(describeBias(of: samples, exact: gradient) != nil)
  }

  /// What may stand in the place of D, and whether it leaves the mean alone.
  enum LaterSum: CaseIterable {
    case right, withoutExpectation, withThisAction

    func callAsFunction(_ czTilde: Tensor, _ cFresh: Tensor) -> Tensor {
      switch self {
      case .right: (czTilde - cFresh).discountedSumsAfter(discount: 1)
      case .withoutExpectation: czTilde.discountedSumsAfter(discount: 1)
      case .withThisAction:
        (czTilde - cFresh).discountedSumsAfter(discount: 1) + (czTilde - cFresh)
      }
    }
  }

  @Test(arguments: LaterSum.allCases)
  func laterSumMustHaveNoMean(later: LaterSum) throws {
    let agent = randomRELAX(.relaxedTrajectory)
    let (policy, c) = (agent.policy.asVariables(), agent.controlVariate)
    let samples = means(of: agent) { episode, generator in
      let distribution = policy(episode.states)
      let leaf = distribution.atLeaf()
      let (z, zTilde) = leaf.relaxations(
        given: episode.samples, coupling: .independent, using: &generator)
      let fresh = leaf.relaxedSample(using: &generator)
      let wrong = later(
        c(episode.timedStates, relaxation: zTilde), c(episode.timedStates, relaxation: fresh)
      ).detached()
      let gradient =
        agent.parameterGradient(of: episode, at: leaf, z: z, zTilde: zTilde, c)
        - leaf.score(of: episode.samples).multiplyingRows(by: wrong).detached()
      return PolicyEstimate(distribution, gradient: gradient, policy: policy).scalars
    }
    let exact = EnumeratedChain.policyGradient(of: agent.policy, discount: 1)
    #expect((describeBias(of: samples, exact: exact) == nil) == (later == .right))
  }

  /// c(z̃) depends on the action, so that as a mere baseline it biases the estimate.
  @Test func meanOfRELAXWithoutCorrectionIsBiased() throws {
    let agent = randomRELAX(.valueAndRelaxation)
    let chain = EnumeratedChain(agent.policy)
    let samples = batches(of: agent, chain, shiftingReturnsByControlVariate: true)
    #expect(describeBias(of: samples, exact: chain.gradientOfExpectedReturn) != nil)
  }

  /// The policy's change in the agent's first update, over the step size of 1.
  private func step(
    of agent: some PolicyGradientAgent<CategoricalPolicy>, on episode: Episode<Int>
  ) -> [Float] {
    var generator = PCG64(seed: 7)
    var trained = agent
    let before = agent.policy.parameters.flatMap(\.values)
    _ = sound { try trained.update(on: [episode], progress: 0, using: &generator) }
    return zip(trained.policy.parameters.flatMap(\.values), before).map { $0 - $1 }
  }

  /// Its policy's optimiser has not been used, and its window is empty.
  private func fittedA2C() -> A2CAgent<CategoricalPolicy> {
    let setting = TinyChain.setting {
      $0.valueLearningRate = 0.1
      $0.valueSteps = 60
    }
    var generator = PCG64(seed: 2)
    var trained = A2CAgent<CategoricalPolicy>(setting, using: &generator)
    trained.policy = TinyChain.randomPolicy(setting, seed: 8)
    for episode in TinyChain.episodes.dropLast(3) {
      _ = sound { try trained.update(on: [episode], progress: 0, using: &generator) }
    }
    var agent = A2CAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.value = trained.value
    let values = agent.value(Tensor([1, 0.2, 0, -0.3, 1, 0.7], shape: [2, 3])).values
    #expect(values.allSatisfy { abs($0) > 0.2 } && abs(values[0] - values[1]) > 0.2)
    return agent
  }

  private func randomRELAX(
    _ form: ControlVariateForm, draws: Int = 1, discount: Double = 1, lambda: Double = 1
  ) -> RELAXAgent<CategoricalPolicy> {
    let setting = TinyChain.setting(form) {
      $0.relaxationSamples = draws
      $0.discount = discount
      $0.advantageLambda = lambda
    }
    var generator = PCG64(seed: 4)
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    agent.value.randomize(using: &generator)
    agent.controlVariate.randomize(using: &generator) { _ in 1.5 }
    return agent
  }

  /// Means over all episodes of the chain, with fresh noise in each of them.
  private func means(
    of agent: RELAXAgent<CategoricalPolicy>, _ estimate: (EpisodeFeatures, inout PCG64) -> [Float]
  ) -> SampleMoments {
    let chain = EnumeratedChain(agent.policy)
    var (generator, moments) = (PCG64(seed: 5), SampleMoments())
    for _ in 0..<150 {
      let mean = chain.mean { episode in
        let features = EpisodeFeatures(
          episode, policy: agent.policy, discount: agent.hyperparameters.discount, timeLimit: 3)
        return estimate(features, &generator)
      }
      moments.add(mean.map { Float($0) })
    }
    return moments
  }

  /// Means over batches of 200 episodes drawn with the chain's probabilities, as single samples.
  private func batches(
    of agent: RELAXAgent<CategoricalPolicy>, _ chain: EnumeratedChain,
    shiftingReturnsByControlVariate: Bool = false
  ) -> SampleMoments {
    let features = TinyChain.episodes.map {
      EpisodeFeatures($0, policy: agent.policy, discount: 1, timeLimit: 3)
    }
    let logits = Tensor(chain.probabilities.map { Float(max($0, 1e-30)) }).log()
      .repeatedAsRows(200)
    let policy = agent.policy.asVariables()
    var generator = PCG64(seed: 5)
    var moments = SampleMoments()
    for _ in 0..<150 {
      let drawn = Categorical(logits: logits).sample(using: &generator).map { features[Int($0)] }
      var all = EpisodeFeatures(
        states: .concatenatingRows(drawn.map(\.states)),
        timedStates: .concatenatingRows(drawn.map(\.timedStates)),
        samples: .concatenatingRows(drawn.map(\.samples)),
        returns: Tensor(drawn.flatMap(\.returns.values)),
        rewards: drawn.flatMap(\.rewards))
      if shiftingReturnsByControlVariate {
        // Adds a function of z̃ to the return, which is a baseline without its correction.
        let zTilde = agent.policy(all.states).relaxations(
          given: all.samples, coupling: .independent, using: &generator
        ).conditional
        all = EpisodeFeatures(
          states: all.states, timedStates: all.timedStates, samples: all.samples,
          returns: all.returns - agent.controlVariate(all.timedStates, relaxation: zTilde),
          rewards: all.rewards)
      }
      let estimate = agent.estimate(all, policy, agent.controlVariate, using: &generator)
      moments.add(estimate.scalars.map { $0 / 200 })
    }
    return moments
  }
}
