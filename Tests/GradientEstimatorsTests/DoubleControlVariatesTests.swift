import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct DoubleControlVariatesTests {
  @Test func withoutCorrectionItIsRLOO() throws {
    let problem = randomProblem(.bernoulli, 4)
    let estimator = DoubleControlVariates()
    #expect(estimator.coefficient.scalar == 0)
    for seed in 0..<10 {
      var (first, second) = (PCG64(seed: UInt64(seed)), PCG64(seed: UInt64(seed)))
      let estimate = try estimator.estimate(problem, using: &first)
      let reference = RLOO().estimate(problem, using: &second)
      #expect(isClose(estimate.gradient, reference.gradient))
      #expect(isClose(estimate.values, reference.values) && first == second)
    }
  }

  @Test func estimateOfALinearFunction() throws {
    let (weights, logits): ([Float], [Float]) = ([1, -2, 3], [0.3, -1, 2])
    let distribution = bernoulliRows(logits, 20)
    let problem = EstimationProblem(distribution: distribution, objective: linear(weights))
    var estimator = DoubleControlVariates()
    estimator.coefficient = Tensor(0.6)
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let gradient = try estimator.estimate(problem, using: &first).gradient
    let (b, c) = (distribution.sample(using: &second), distribution.sample(using: &second))
    // The slope is w everywhere: β₁ − β₂ = a w·(b₁ − b₂), and the differences add up.
    let w = Tensor(weights).repeatedAsRows(20)
    let difference = (w * (b - c)).sumOverColumns()
    let p = distribution.probabilities
    let expected =
      (b - c).multiplyingRows(by: 0.5 * 1.6 * difference) - 0.6 * (w * p * (-p + 1))
    #expect(isClose(gradient, expected))
  }

  /// Of a linear f in one variable nothing is left to vary with a = −1.
  @Test func perfectCoefficientLeavesNoVariance() throws {
    let distribution = bernoulliRows([0.8], 50)
    let problem = EstimationProblem(distribution: distribution, objective: linear([3]))
    var estimator = DoubleControlVariates()
    estimator.coefficient = Tensor(-1)
    var generator = PCG64(seed: 2)
    let p = distribution.probabilities
    let gradient = try estimator.estimate(problem, using: &generator).gradient
    #expect(isClose(gradient, 3 * (p * (-p + 1))))
  }
}
