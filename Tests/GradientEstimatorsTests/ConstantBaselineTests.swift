import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct ConstantBaselineTests {
  /// ĝ is REINFORCE's of the same sample with the baseline taken off f.
  @Test func baselineIsTakenOffF() {
    let problem = EstimationProblem(
      distribution: Bernoulli(logits: Tensor([0.4, -1, 2], shape: [3, 1])),
      objective: Objective { b in b.reshaped([3]) + 2 })
    var estimator = ConstantBaseline()
    estimator.baseline = Tensor(2.5)
    var generator = PCG64(seed: 3)
    let b = problem.distribution.sample(using: &generator)
    generator = PCG64(seed: 3)
    let estimate = estimator.estimate(problem, using: &generator)
    let expected = problem.distribution.score(of: b)
      .multiplyingRows(by: problem.value(at: b) - 2.5)
    for (found, value) in zip(estimate.gradient.values, expected.values) {
      #expect(abs(found - value) < 1e-6)
    }
  }
}
