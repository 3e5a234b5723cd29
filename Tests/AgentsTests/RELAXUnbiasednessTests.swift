import Autodiff
import Distributions
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@testable import Agents

/// One decision between a few actions whose returns are known, and an agent whose V and c are large
/// and random: the gradient in the logits has a closed form that no control variate may change.
@Suite struct RELAXUnbiasednessTests {
  #if DEBUG
    private let sampleCount = 60_000
  #else
    private let sampleCount = 1_000_000
  #endif

  /// All forms of relaxed control variate on the same draws.
  @Test(arguments: 2...6)
  func meanOfEstimatesIsTheGradient(actions: Int) {
    let decision = Decision(actions: actions, forms: ControlVariateForm.relaxedByStep)
    let samples = decision.estimates(samples: sampleCount, from: conditional)
    for moments in samples { checkUnbiased(moments, exact: decision.gradient) }
  }

  @Test(arguments: [2, 3, 6])
  func publishedSamplerIsBiased(actions: Int) {
    expectBias(actions, from: publishedConditional)
  }

  @Test(arguments: [2, 3, 6])
  func relaxationThatIgnoresTheActionIsBiased(actions: Int) {
    expectBias(actions) { distribution, _, generator in
      let others = distribution.sample(using: &generator)
      return distribution.conditionalRelaxation(given: others, using: &generator)
    }
  }

  @Test(arguments: [2, 3, 6])
  func relaxationWithoutDerivativeIsBiased(actions: Int) {
    expectBias(actions) { distribution, chosen, generator in
      conditional(distribution, chosen, &generator).detached()
    }
  }

  /// Expects that the check finds out a wrong conditional sampler.
  private func expectBias(
    _ actions: Int, from sampler: (Categorical, [Int32], inout PCG64) -> Tensor
  ) {
    let decision = Decision(actions: actions, forms: [.valueAndRelaxation, .relaxation])
    for moments in decision.estimates(samples: 60_000, from: sampler) {
      #expect(describeBias(of: moments, exact: decision.gradient) != nil)
    }
  }
}

private func conditional(
  _ distribution: Categorical, _ chosen: [Int32], _ generator: inout PCG64
) -> Tensor {
  distribution.conditionalRelaxation(given: chosen, using: &generator)
}

/// The sampler of the code published with the paper: z̃_b = log p_b + Gumbel noise instead of noise
/// alone, the others truncated at it.
private func publishedConditional(
  _ distribution: Categorical, _ chosen: [Int32], _ generator: inout PCG64
) -> Tensor {
  let logProbabilities = distribution.logProbabilities
  let (rows, width) = (distribution.rowCount, distribution.categoryCount)
  let exponentials = -Tensor(generator.openUniforms(count: rows * width), shape: [rows, width])
    .log()
  let top =
    (logProbabilities - exponentials.log()).selecting(columns: chosen).repeatedAsColumns(width)
  let others = logProbabilities - (exponentials + (logProbabilities - top).exp()).log()
  let isChosen = Tensor(repeating: 1, shape: [rows]).scattered(toColumns: chosen, of: width)
  return isChosen * top + (-isChosen + 1) * others
}

/// A bandit and agents of several forms with random control variates.
private struct Decision {
  /// E[ĝ]: p_i (R_i − Σ_j p_j R_j), by enumeration.
  let gradient: [Double]
  private let agents: [RELAXAgent<CategoricalPolicy>]
  private let logits: [Float]
  private let returns: [Float]
  private let state: [Float]
  private let seed: UInt64

  init(actions: Int, forms: [ControlVariateForm]) {
    let seed = UInt64(actions)
    var generator = PCG64(seed: seed)
    let logits = (0..<actions).map { _ in Float(generator.standardNormal()) }
    let returns = (0..<actions).map { _ in Float(10 * generator.standardNormal()) }
    // Three scalars of the observation and the time.
    let state = (0..<4).map { _ in Float(generator.standardNormal()) }
    agents = forms.map { form in
      var generator = PCG64(seed: 100 + seed)
      var agent = RELAXAgent<CategoricalPolicy>(
        smallSetting(actions: actions, form: form), using: &generator)
      agent.controlVariate.randomize(using: &generator) { $0 == "network.0.weight" ? 2 : 1 }
      agent.controlVariate.logTemperature = Tensor(actions.isMultiple(of: 2) ? 0.5 : -0.7)
      agent.controlVariate.standardize(logits: logits, state: state)
      if form == .valueAndRelaxation {
        agent.value.randomize(using: &generator) { $0 == "spread" ? 10 : 1 }
      }
      return agent
    }
    (self.seed, self.logits, self.returns, self.state) = (seed, logits, returns, state)

    let weights = logits.map { exp(Double($0)) }
    let total = weights.reduce(0, +)
    let expected = zip(weights, returns).reduce(0) { $0 + $1.0 * Double($1.1) } / total
    gradient = zip(weights, returns).map { $0 / total * (Double($1) - expected) }
  }

  /// The moments of each agent's gradient in the logits, the rows of a batch being the samples, with
  /// z̃ from `conditional`.
  func estimates(
    samples: Int, from conditional: (Categorical, [Int32], inout PCG64) -> Tensor
  ) -> [SampleMoments] {
    let rows = 20_000
    var generator = PCG64(seed: 1000 + seed)
    var moments = agents.map { _ in SampleMoments() }
    let states = Tensor(state).repeatedAsRows(rows)
    for _ in 0..<samples / rows {
      let leaf = Tensor(logits).repeatedAsRows(rows).asVariable()
      let distribution = Categorical(logits: leaf)
      let chosen = distribution.sample(using: &generator)
      let episode = EpisodeFeatures(
        states: states, timedStates: states,
        samples: oneHot(chosen, of: logits.count),
        returns: Tensor(chosen.map { returns[Int($0)] }), rewards: [])
      let z = distribution.relaxation(given: chosen, using: &generator)
      let zTilde = conditional(distribution, chosen, &generator)
      for (index, agent) in agents.enumerated() {
        moments[index].add(
          rows: agent.parameterGradient(
            of: episode, at: OneHotCategorical(logits: leaf), z: z, zTilde: zTilde,
            agent.controlVariate))
      }
    }
    return moments
  }
}

extension RelaxedControlVariate {
  /// Moves and stretches the output, so that c(z, s) has the mean −15 and, where it sees z, the
  /// standard deviation 10.
  fileprivate mutating func standardize(logits: [Float], state: [Float]) {
    let rows = 1000
    var generator = PCG64(seed: 1)
    let distribution = Categorical(logits: Tensor(logits).repeatedAsRows(rows))
    let chosen = distribution.sample(using: &generator)
    let z = distribution.relaxation(given: chosen, using: &generator)
    scale = Tensor(1)
    func values() -> [Double] {
      self(Tensor(state).repeatedAsRows(rows), relaxation: z).values.map { Double($0) }
    }
    if seesRelaxation { scale = Tensor(Float(-10 / sampleVariance(values()).squareRoot())) }
    // The output is 10 · scale · (… + bias).
    let shift = Float(-15 - mean(values())) / (10 * scale.scalar)
    network.layers[1].bias = network.layers[1].bias + shift
  }
}
