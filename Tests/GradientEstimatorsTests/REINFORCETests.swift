import Autodiff
import Distributions
import Foundation
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct REINFORCETests {
  /// ĝ = ½ (1 − t)² or −½ t², each with probability ½: its log-variance at t = 0.499 is −4.159.
  @Test func varianceOfTheToyProblem() throws {
    let samples = try moments(
      of: REINFORCE(), on: toyProblem(target: 0.499), samples: 400_000, seed: 1)
    #expect(abs(log(samples.variances[0]) + 4.159) < 0.02)
  }

  @Test(arguments: EstimatorTraits.Support.allCases)
  func estimateIsValueTimesScore(support: EstimatorTraits.Support) {
    let problem = randomProblem(support, 3)
    var (first, second) = (PCG64(seed: 2), PCG64(seed: 2))
    let estimate = REINFORCE().estimate(problem, using: &first)
    let b = problem.distribution.sample(using: &second)
    let values = problem.objective(b, parameters: problem.distribution.parameters)
    #expect(estimate.values.values == values.values)
    let expected = problem.distribution.score(of: b).multiplyingRows(by: values)
    #expect(isClose(estimate.gradient, expected, tolerance: 1e-6))
  }
}
