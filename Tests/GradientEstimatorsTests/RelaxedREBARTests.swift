import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct RelaxedREBARTests {
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical], NoiseCoupling.allCases)
  func startsAsREBAR(support: EstimatorTraits.Support, coupling: NoiseCoupling) throws {
    let problem = randomProblem(support, 3)
    var generator = PCG64(seed: 1)
    var estimator = RelaxedREBAR(
      EstimatorSetting(sampleWidth: 3, contextWidth: 2, coupling: coupling), using: &generator)
    #expect(estimator.rebar.coefficient.scalar == 1 && estimator.residual.scale.scalar == 0)
    estimator.rebar.coefficient = Tensor(0.6)
    for seed in 0..<10 {
      let estimate = try estimator.estimate(problem, seed: UInt64(seed))
      let reference = try estimator.rebar.estimate(problem, seed: UInt64(seed))
      #expect(isClose(estimate.gradient, reference.gradient, tolerance: 1e-6))
    }
  }

  /// With f = 0 and η = 1 only the network is left.
  @Test func residualAloneIsRELAX() throws {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0.4, -1], 5), objective: Objective({ 0 * $0.sumOverColumns() }))
    var estimator = randomized(RelaxedREBAR.self, width: 2)
    estimator.rebar.coefficient = Tensor(1)
    let relax = RELAX(controlVariate: estimator.residual)
    for seed in 0..<5 {
      let estimate = try estimator.estimate(problem, seed: UInt64(seed))
      let reference = try relax.estimate(problem, seed: UInt64(seed))
      #expect(isClose(estimate.gradient, reference.gradient))
    }
  }

  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical])
  func independentNoiseIsUnbiased(support: EstimatorTraits.Support) throws {
    let problem = randomProblem(support, 3)
    let estimator = randomized(
      RelaxedREBAR.self, width: 3, contextWidth: 2, coupling: .independent)
    #expect(try checkUnbiasedness(of: estimator, on: problem, samples: 20_000).isUnbiased)
  }
}
