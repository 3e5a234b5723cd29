import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct StraightThroughTests {
  /// ĝ = f′(b) p (1 − p) for Bernoullis.
  @Test func slopeAtTheSampleTimesThatOfTheMean() throws {
    let distribution = bernoulliRows([0.3, -1], 30)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.2))
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let gradient = try StraightThrough().estimate(problem, using: &first).gradient
    let (b, p) = (distribution.sample(using: &second), distribution.probabilities)
    #expect(isClose(gradient, 2 * ((b - 0.2) * p * (-p + 1))))
  }

  /// Exact for a linear f, and off by a known amount for f = (b − t)⁴.
  @Test func biasOfAQuarticIsTheKnownOne() throws {
    let distribution = bernoulliRows([0.8])
    let p = 1 / (1 + exp(-0.8 as Double))
    let quartic = Objective({ ($0 - 0.2).squared().squared().sumOverColumns() })
    let samples = try moments(
      of: StraightThrough(),
      on: EstimationProblem(distribution: distribution, objective: quartic), samples: 20_000,
      seed: 2)
    let slope = p * 4 * 0.512 + (1 - p) * 4 * -0.008
    checkUnbiased(samples, exact: [slope * p * (1 - p)])
    let exact = enumeratedGradient([0.8]) {
      ($0[0] - 0.2) * ($0[0] - 0.2) * ($0[0] - 0.2) * ($0[0] - 0.2)
    }
    #expect(abs(samples.mean[0] - exact[0]) > 0.05)
    let linear = try StraightThrough().estimate(
      EstimationProblem(distribution: distribution, objective: linear([3])), seed: 3)
    #expect(isClose(linear.gradient, [3 * p * (1 - p)]))
  }
}
