import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct MuPropTests {
  /// A linear f is its own expansion: every estimate is w p (1 − p), without variance.
  @Test func exactForLinearFunctionsOfBernoullis() throws {
    let weights: [Float] = [1, -2, 3]
    let distribution = bernoulliRows([0.3, -1, 2], 50)
    let problem = EstimationProblem(distribution: distribution, objective: linear(weights))
    var generator = PCG64(seed: 1)
    let gradient = try MuProp().estimate(problem, using: &generator).gradient
    let p = distribution.probabilities
    #expect(isClose(gradient, Tensor(weights).repeatedAsRows(50) * p * (-p + 1)))
  }

  @Test func exactForLinearFunctionsOfCategoricals() throws {
    let distribution = OneHotCategorical(
      logits: Tensor([0.5, -1, 0.2, 2, 0, -0.7]).repeatedAsRows(50), categoryCount: 3)
    let problem = EstimationProblem(
      distribution: distribution, objective: linear([1, -2, 3, 0, 4, -1]))
    var generator = PCG64(seed: 2)
    let gradient = try MuProp().estimate(problem, using: &generator).gradient
    let exact = try ExactEnumeration().estimate(problem).gradient
    #expect(isClose(gradient, exact))
  }

  /// f(b) − f(μ) − f′(μ)·(b − μ) = Σ (b − μ)² for a sum of squares.
  @Test func remainderOfAQuadratic() throws {
    let distribution = bernoulliRows([0.3, -1], 30)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.7))
    var (first, second) = (PCG64(seed: 3), PCG64(seed: 3))
    let gradient = try MuProp().estimate(problem, using: &first).gradient
    let (b, p) = (distribution.sample(using: &second), distribution.probabilities)
    let remainder = (b - p).squared().sumOverColumns()
    let expected = (b - p).multiplyingRows(by: remainder) + 2 * ((p - 0.7) * p * (-p + 1))
    #expect(isClose(gradient, expected))
  }

  /// With a context the rest is fitted by a baseline, which changes the variance alone.
  @Test func unbiasedWithABaseline() throws {
    var generator = PCG64(seed: 4)
    let problem = EstimationProblem(
      distribution: bernoulliRows([0.3, -1, 2], 1), objective: squaredDistance(from: 0.7),
      context: Tensor([0.5, -1], shape: [1, 2]))
    var estimator = MuProp(EstimatorSetting(sampleWidth: 3, contextWidth: 2), using: &generator)
    estimator.randomize(using: &generator)
    estimator.runningStatistics = [0.7, 1, 5]
    let report = try checkUnbiasedness(of: estimator, on: problem, samples: 40_000)
    #expect(report.isUnbiased)

    let estimate = try estimator.asVariables().estimate(problem, using: &generator)
    let before = estimator.adaptationLoss(of: estimate)
    #expect(before != nil && estimator.runningStatistics == [0.7, 1, 5])
    estimator.observe(estimate)
    #expect(estimator.runningStatistics != [0.7, 1, 5])
  }
}
