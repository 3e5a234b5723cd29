import Autodiff
import Distributions
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct RLOOTests {
  /// K = 2: ĝ = ½ (f(b₁) − f(b₂)) (b₁ − b₂).
  @Test(arguments: [EstimatorTraits.Support.bernoulli, .categorical])
  func twoSamples(support: EstimatorTraits.Support) {
    let problem = randomProblem(support, 4)
    for seed in 0..<20 {
      var (first, second) = (PCG64(seed: UInt64(seed)), PCG64(seed: UInt64(seed)))
      let estimate = RLOO().estimate(problem, using: &first)
      let b = (0..<2).map { _ in problem.distribution.sample(using: &second) }
      let f = b.map { problem.objective($0, parameters: problem.distribution.parameters) }
      #expect(isClose(estimate.values, 0.5 * (f[0] + f[1])))
      let expected = (b[0] - b[1]).multiplyingRows(by: 0.5 * (f[0] - f[1]))
      #expect(isClose(estimate.gradient, expected))
    }
  }

  /// The definition, with the mean of the other samples as each one's baseline.
  @Test func fourSamples() {
    let problem = randomProblem(.bernoulli, 3)
    var (first, second) = (PCG64(seed: 5), PCG64(seed: 5))
    let estimate = RLOO(sampleCount: 4).estimate(problem, using: &first)
    let b = (0..<4).map { _ in problem.distribution.sample(using: &second) }
    let f = b.map { problem.objective($0, parameters: problem.distribution.parameters).scalar }
    let terms = (0..<4).map { k in
      let others = (f.reduce(0, +) - f[k]) / 3
      return 0.25 * (f[k] - others) * problem.distribution.score(of: b[k])
    }
    #expect(isClose(estimate.gradient, sum(terms)))
  }

  @Test(arguments: [3, 4])
  func moreSamplesAreUnbiasedAndVaryLess(sampleCount: Int) throws {
    let problem = randomProblem(.bernoulli, 3)
    let rloo = RLOO(sampleCount: sampleCount)
    #expect(try checkUnbiasedness(of: rloo, on: problem, samples: 20_000).isUnbiased)
    let variance = try totalVariance(of: rloo, on: problem, samples: 20_000)
    #expect(try variance < totalVariance(of: RLOO(), on: problem, samples: 20_000))
  }

  @Test func settingSaysHowManySamples() {
    var generator = PCG64(seed: 1)
    let rloo = RLOO(EstimatorSetting(sampleWidth: 1, sampleCount: 5), using: &generator)
    #expect(rloo.sampleCount == 5)
  }

  @Test func singleSampleStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RLOO(sampleCount: 1) }
    expectMessage("RLOO: 1 samples leave none for the baseline", of: result)
  }
}
