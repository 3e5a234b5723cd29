import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct REBARTests {
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical], NoiseCoupling.allCases)
  func withoutControlVariateItIsREINFORCE(
    support: EstimatorTraits.Support, coupling: NoiseCoupling
  ) throws {
    let problem = randomProblem(support, 3)
    var rebar = REBAR(coupling: coupling)
    #expect(rebar.coefficient.scalar == 1)
    rebar.coefficient = Tensor(0)
    for seed in 0..<10 {
      let estimate = try rebar.estimate(problem, seed: UInt64(seed))
      let reference = try REINFORCE().estimate(problem, seed: UInt64(seed))
      #expect(isClose(estimate.gradient, reference.gradient, tolerance: 1e-6))
    }
  }

  /// ĝ of one Bernoulli from its relaxation, written out.
  @Test func estimateFromItsNoise() throws {
    let distribution = bernoulliRows([0.4], 40)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.3))
    var rebar = REBAR(temperature: 0.7)
    rebar.coefficient = Tensor(0.8)
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let gradient = try rebar.estimate(problem, using: &first).gradient
    let b = distribution.sample(using: &second)
    var copy = second
    let z = distribution.relaxations(given: b, coupling: .coupled, using: &second).conditional
    let s = distribution.soft(z, logTemperature: Tensor(0.7).log())
    let u = Tensor(copy.openUniforms(count: 40), shape: [40, 1])
    let conditionalSlope = ((2 * b - 1) * distribution.logits + u.log()).sigmoid()
    let slope = (1 / 0.7) * (2 * ((s - 0.3) * s * (-s + 1)))
    let score = b - distribution.probabilities
    let expected =
      score * ((b - 0.3).squared() - 0.8 * (s - 0.3).squared())
      + 0.8 * (slope * (-conditionalSlope + 1))
    #expect(isClose(gradient, expected))
  }

  /// The usual check has the coupled noise.
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical])
  func independentNoiseIsUnbiased(support: EstimatorTraits.Support) throws {
    let problem = randomProblem(support, 3)
    let rebar = randomized(REBAR.self, width: 3, coupling: .independent)
    #expect(rebar.coupling == .independent)
    #expect(try checkUnbiasedness(of: rebar, on: problem, samples: 20_000).isUnbiased)
  }
}
