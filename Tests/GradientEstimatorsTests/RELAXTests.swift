import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct RELAXTests {
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical], NoiseCoupling.allCases)
  func startsAsREINFORCE(support: EstimatorTraits.Support, coupling: NoiseCoupling) throws {
    let problem = randomProblem(support, 3)
    var generator = PCG64(seed: 1)
    let relax = RELAX(
      EstimatorSetting(sampleWidth: 3, contextWidth: 2, coupling: coupling), using: &generator)
    #expect(relax.controlVariate.scale.scalar == 0 && relax.coupling == coupling)
    for seed in 0..<10 {
      let estimate = try relax.estimate(problem, seed: UInt64(seed))
      let reference = try REINFORCE().estimate(problem, seed: UInt64(seed))
      #expect(isClose(estimate.gradient, reference.gradient, tolerance: 1e-6))
    }
  }

  /// The usual check has the coupled noise.
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical])
  func independentNoiseIsUnbiased(support: EstimatorTraits.Support) throws {
    let problem = randomProblem(support, 3)
    let relax = randomized(RELAX.self, width: 3, contextWidth: 2, coupling: .independent)
    #expect(try checkUnbiasedness(of: relax, on: problem, samples: 20_000).isUnbiased)
  }

  /// Trained on its loss, the control variate takes most of the variance away.
  @Test func adaptationLowersTheVariance() throws {
    var generator = PCG64(seed: 2)
    let toy = toyProblem(target: 0.499)
    let problem = EstimationProblem(
      distribution: bernoulliRows([0], 16), objective: toy.objective)
    var relax = RELAX(EstimatorSetting(sampleWidth: 1), using: &generator)
    var optimizer = Adam()
    for _ in 0..<300 {
      let variables = relax.asVariables()
      let estimate = try variables.estimate(problem, using: &generator)
      let loss = try #require(variables.adaptationLoss(of: estimate))
      optimizer.update(
        &relax, along: gradients(of: loss, withRespectTo: variables.parameters),
        learningRate: 0.02)
    }
    let before = try totalVariance(of: REINFORCE(), on: toy, samples: 4000)
    #expect(try totalVariance(of: relax, on: toy, samples: 4000) < 0.05 * before)
  }
}
