import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import Agents

/// The gradient of the variance loss in the parameters of c, which passes through the policy's
/// network and through all three places where c stands.
@Suite struct VarianceGradientTests {
  @Test(arguments: ControlVariateForm.relaxed, [Activation.tanh, .elu])
  func equalsFiniteDifferences(form: ControlVariateForm, activation: Activation) {
    let sample = VarianceSample(form: form, activation: activation)
    // The curvature of ELU jumps at 0, which no difference may reach across.
    checkGradient(
      of: sample.loss, at: sample.agent.controlVariate.parameters,
      step: activation == .elu ? 0.015 : 0.0625)
  }

  @Test(arguments: ControlVariateForm.relaxedByStep, Activation.allCases)
  func equalsRecipeWithoutReverseMode(form: ControlVariateForm, activation: Activation) {
    let sample = VarianceSample(form: form, activation: activation)
    let recipe = VarianceGradientRecipe(sample.agent)
    var generator = sample.generator
    var expected = [Double](repeating: 0, count: sample.agent.controlVariate.parameterCount)
    for episode in sample.episodes {
      let (estimate, gradient) = recipe(episode, using: &generator)
      for k in expected.indices { expected[k] += gradient[k] / 2 / sample.unit }
      #expect(relativeDistance(sample.estimate(episode), estimate) < 3e-6)
    }
    let variables = sample.agent.controlVariate.parameters.map { $0.asVariable() }
    let found = gradients(of: sample.loss(variables), withRespectTo: variables)
    #expect(relativeDistance(found.flatMap(\.values), expected) < 3e-6)
    // c is zero wherever its scale is, so that no derivative may be missing.
    #expect(expected.last.map { abs($0) > 1e-2 } == true)
  }

  @Test(arguments: VarianceSample.Cut.allCases)
  func missingPathIsFoundOut(cut: VarianceSample.Cut) {
    let sample = VarianceSample(form: .valueAndRelaxation, activation: .tanh)
    // The same value, another gradient.
    let phi = sample.agent.controlVariate.parameters
    #expect(sample.loss(without: cut, phi).scalar == sample.loss(phi).scalar)
    withKnownIssue {
      checkGradient(of: { sample.loss(without: cut, $0) }, at: phi)
    }
  }
}

private func relativeDistance(_ found: [Float], _ expected: [Double]) -> Double {
  let error = zip(found, expected).reduce(0) {
    $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
  }
  return (error / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// Two short episodes, and an agent with random networks.
struct VarianceSample {
  let agent: RELAXAgent<CategoricalPolicy>
  let episodes: [EpisodeFeatures]
  /// Where the noise of the first episode starts.
  let generator = PCG64(seed: 99)

  init(form: ControlVariateForm, activation: Activation) {
    var generator = PCG64(seed: 5)
    let setting = smallSetting(actions: 3, form: form, activation: activation) {
      $0.hiddenSizes = [4]
      $0.controlVariateHiddenSizes = [4, 3]
      $0.returnScale = 2
    }
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy.randomize(using: &generator) { _ in 0.7 }
    agent.controlVariate.randomize(using: &generator) { _ in 0.8 }
    agent.controlVariate.logTemperature = Tensor(-0.4)
    agent.controlVariate.scale = Tensor(1.3)
    if form.fitsValue { agent.value.randomize(using: &generator) }
    self.agent = agent
    episodes = [3, 5].map { count in
      func gaussians(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(generator.standardNormal()) }
      }
      let states = Tensor(gaussians(3 * count), shape: [count, 3])
      let times = Tensor((0..<count).map { Float($0) / 10 }, shape: [count, 1])
      return EpisodeFeatures(
        states: states, timedStates: .concatenatingColumns([states, times]),
        samples: oneHot((0..<count).map { _ in Int32(generator.integers(0, 3)) }, of: 3),
        returns: 3 * Tensor(gaussians(count)), rewards: [])
    }
  }

  /// The square of the return's scale.
  var unit: Double { agent.hyperparameters.returnScale * agent.hyperparameters.returnScale }

  /// The agent's variance loss as a function of φ.
  func loss(_ phi: [Tensor]) -> Tensor {
    var c = agent.controlVariate
    c.setParameters(phi)
    let policy = agent.policy.asVariables()
    var generator = generator
    return varianceLoss(
      episodes.map { agent.estimate($0, policy, c, using: &generator) },
      returnScale: agent.hyperparameters.returnScale)
  }

  /// ĝ of one of the episodes, with the noise that it has in the loss.
  func estimate(_ wanted: EpisodeFeatures) -> [Float] {
    var generator = generator
    var result: [Float] = []
    for episode in episodes {
      let estimate = agent.estimate(
        episode, agent.policy.asVariables(), agent.controlVariate, using: &generator)
      if episode.length == wanted.length { result = estimate.scalars }
    }
    return result
  }

  /// A place where a derivative in φ can be lost.
  enum Cut: CaseIterable { case baseline, correction }

  /// The same loss with one path to φ cut.
  func loss(without cut: Cut, _ phi: [Tensor]) -> Tensor {
    var c = agent.controlVariate
    c.setParameters(phi)
    let policy = agent.policy.asVariables()
    var generator = generator
    return varianceLoss(
      episodes.map { episode in
        let distribution = policy(episode.states)
        let leaf = distribution.atLeaf()
        let (z, zTilde) = leaf.relaxations(
          given: episode.samples, coupling: .independent, using: &generator)
        let czTilde = c(episode.timedStates, relaxation: zTilde)
        let difference = c(episode.timedStates, relaxation: z) - czTilde
        let correction = gradients(
          of: difference.sum(), withRespectTo: [leaf.parameters], recorded: cut != .correction)[0]
        let baseline = cut == .baseline ? czTilde.detached() : czTilde
        let score = withoutRecording { leaf.score(of: episode.samples) }
        let advantages = episode.returns - baseline - agent.value(episode.timedStates)
        return PolicyEstimate(
          distribution, gradient: score.multiplyingRows(by: advantages) + correction,
          policy: policy, recorded: true)
      }, returnScale: agent.hyperparameters.returnScale)
  }
}
