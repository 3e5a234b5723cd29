import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct LAXTests {
  @Test func startsAsREINFORCE() throws {
    let problem = randomProblem(.gaussian, 3)
    var generator = PCG64(seed: 1)
    let lax = LAX(EstimatorSetting(sampleWidth: 3, contextWidth: 2), using: &generator)
    #expect(lax.scale.scalar == 0)
    var copy = generator
    let estimate = try lax.estimate(problem, using: &generator)
    let reference = REINFORCE().estimate(problem, using: &copy)
    #expect(isClose(estimate.gradient, reference.gradient, tolerance: 1e-6))
    #expect(generator == copy)
  }

  /// With c = f the score term vanishes, and what is left is the pathwise gradient.
  @Test func perfectControlVariateIsTheReparameterization() throws {
    var generator = PCG64(seed: 2)
    var network = MLP(sizes: [2, 4, 1], activation: .tanh, using: &generator)
    network.randomize(using: &generator)
    let f = network
    let problem = EstimationProblem(
      distribution: DiagonalGaussian(parameters: sampleTensor([6, 4], seed: 3)),
      objective: Objective({ f($0).reshaped([$0.shape[0]]) }))
    var lax = LAX(network: f)
    lax.scale = Tensor(1)
    var copy = generator
    let estimate = try lax.estimate(problem, using: &generator)
    let pathwise = try Reparameterization().estimate(problem, using: &copy)
    #expect(isClose(estimate.gradient, pathwise.gradient, tolerance: 1e-3))
  }

  @Test(arguments: [0, 2])
  func unbiasedWithAndWithoutContext(contextWidth: Int) throws {
    let problem = randomProblem(.gaussian, 1)
    let reduced = EstimationProblem(
      distribution: problem.distribution, objective: problem.objective,
      context: contextWidth == 0 ? nil : problem.context)
    let lax = randomized(LAX.self, width: 1, contextWidth: contextWidth)
    #expect(try checkUnbiasedness(of: lax, on: reduced, samples: 20_000).isUnbiased)
  }
}
