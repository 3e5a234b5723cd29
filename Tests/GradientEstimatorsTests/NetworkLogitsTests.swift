import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import Testing

/// The README's example: a network's logits, and an f that is any code.
@Suite struct NetworkLogitsTests {
  @Test func networkLearnsThroughABlackBox() throws {
    var generator = PCG64(seed: 1)
    let x = Tensor((0..<128).map { _ in Float(generator.standardNormal()) }, shape: [32, 4])
    var network = MLP(sizes: [4, 16, 3], activation: .tanh, using: &generator)
    var estimator = RELAX(EstimatorSetting(sampleWidth: 3, contextWidth: 4), using: &generator)
    var (optimizer, adaptation) = (Adam(), Adam())
    let f = Objective.rowByRow { b in b.reduce(0, +) == 2 ? 0 : 1 }
    var losses: [Float] = []
    for _ in 0..<500 {
      let (weights, c) = (network.asVariables(), estimator.asVariables())
      let problem = EstimationProblem(
        distribution: Bernoulli(logits: weights(x)), objective: f, context: x)
      let estimate = try c.estimate(problem, using: &generator)
      losses.append(estimate.values.mean().scalar)
      optimizer.update(
        &network, along: gradients(of: estimate.surrogate, withRespectTo: weights.parameters),
        learningRate: 0.01)
      if let loss = c.adaptationLoss(of: estimate) {
        adaptation.update(
          &estimator, along: gradients(of: loss, withRespectTo: c.parameters), learningRate: 0.01)
      }
    }
    #expect(losses.prefix(10).reduce(0, +) / 10 > 0.5)
    #expect(losses.suffix(50).reduce(0, +) / 50 < 0.1)
    let report = try checkUnbiasedness(
      of: estimator,
      on: EstimationProblem(
        distribution: Bernoulli(logits: Tensor([0.5, -1, 2], shape: [1, 3])), objective: f,
        context: x.rows(0..<1)),
      samples: 20_000)
    #expect(report.isUnbiased)
  }
}
