import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct RunningMeanREINFORCETests {
  /// The baseline, as the part of f that is taken off: ĝ = (f − m) score.
  private func baseline(of estimator: RunningMeanREINFORCE) -> Double {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0]), objective: Objective({ 0 * $0.sumOverColumns() }))
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let gradient = estimator.estimate(problem, using: &first).gradient.scalar
    let score = problem.distribution.score(
      of: problem.distribution.sample(using: &second)
    ).scalar
    return Double(-gradient / score)
  }

  private func estimate(_ values: [Float]) -> GradientEstimate {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0], values.count), objective: squaredDistance(from: 0))
    return GradientEstimate(
      gradient: .zeros([values.count, 1]), values: Tensor(values), problem: problem)
  }

  @Test func meanMovesInObserveAlone() {
    var estimator = RunningMeanREINFORCE(decay: 0.9)
    #expect(baseline(of: estimator) == 0)
    estimator.observe(estimate([1, 3]))
    #expect(abs(baseline(of: estimator) - 2) < 1e-6)
    for _ in 0..<5 { #expect(abs(baseline(of: estimator) - 2) < 1e-6) }
  }

  /// The plain mean of the first 1 / (1 − decay) observations, an exponential average after them.
  @Test func plainMeanAndThenExponentialAverage() {
    var estimator = RunningMeanREINFORCE(decay: 0.75)
    let observed: [Float] = [5, 1, 3, -1, 10, 2]
    var expected = 0.0
    for (index, value) in observed.enumerated() {
      estimator.observe(estimate([value]))
      if index < 4 {
        expected = observed[...index].reduce(0) { $0 + Double($1) } / Double(index + 1)
      } else {
        expected = 0.75 * expected + 0.25 * Double(value)
      }
      #expect(abs(baseline(of: estimator) - expected) < 1e-5)
    }
  }

  @Test func runningMomentsAreThoseOfAllElements() {
    var moments = RunningMoments()
    moments.add(Tensor([1, 3]), decay: 0.999)
    moments.add(Tensor([6, 10]), decay: 0.999)
    #expect(abs(moments.mean - 5) < 1e-12)
    #expect(abs(moments.variance - (16 + 4 + 1 + 25) / 4) < 1e-12)
    // A constant offset changes the mean alone.
    var shifted = RunningMoments()
    shifted.add(Tensor([1001, 1003]), decay: 0.999)
    shifted.add(Tensor([1006, 1010]), decay: 0.999)
    #expect(abs(shifted.variance - moments.variance) < 1e-9)
  }
}
