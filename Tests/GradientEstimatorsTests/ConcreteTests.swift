import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct ConcreteTests {
  /// λ = max(λ_min, λ₀ e^(−r n)), n being the number of observations.
  @Test func temperatureFallsWithEachObservation() throws {
    let problem = toyProblem(target: 0.3)
    var concrete = Concrete(temperature: 1, minimumTemperature: 0.2, annealingRate: 0.3)
    for n in 0..<10 {
      let expected = max(0.2, exp(-0.3 * Double(n)))
      #expect(abs(Double(concrete.temperature) - expected) < 1e-6)
      let estimate = try concrete.estimate(problem, seed: UInt64(n))
      #expect(abs(Double(concrete.temperature) - expected) < 1e-6)
      concrete.observe(estimate)
    }
    #expect(concrete.temperature == 0.2)
  }

  @Test func temperatureStaysWithoutARate() throws {
    var concrete = Concrete(temperature: 0.05)
    for _ in 0..<3 { concrete.observe(try concrete.estimate(toyProblem(target: 0.3), seed: 1)) }
    #expect(concrete.temperature == 0.05)
  }

  /// ĝ = f′(s) s (1 − s) / λ at s = σ(z / λ).
  @Test func estimateIsThePathwiseSlope() throws {
    let distribution = bernoulliRows([0.3, -1], 30)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.2))
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let estimate = try Concrete(temperature: 0.7).estimate(problem, using: &first)
    let s = distribution.soft(
      distribution.relaxedSample(using: &second), logTemperature: Tensor(0.7).log())
    #expect(isClose(estimate.gradient, (1 / 0.7) * (2 * ((s - 0.2) * s * (-s + 1)))))
    #expect(isClose(estimate.values, (s - 0.2).squared().sumOverColumns()))
  }

  /// The lower the temperature, the smaller the bias, and the larger the variance.
  @Test func temperatureTradesBiasForVariance() throws {
    let problem = randomProblem(.bernoulli, 2)
    let reports = try [2, 0.1].map {
      try checkUnbiasedness(of: Concrete(temperature: $0), on: problem, samples: 20_000)
    }
    #expect(reports[1].relativeBias < reports[0].relativeBias)
    let variances = try [Float(2), 0.1].map {
      try totalVariance(of: Concrete(temperature: $0), on: problem, samples: 20_000)
    }
    #expect(variances[1] > variances[0])
  }

  @Test func negativeTemperatureStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Concrete(temperature: -1) }
    expectMessage("the temperature -1.0 must not be negative", of: result)
  }

  /// As tiny temperatures are that a `Double` can hold, and a `Float` cannot: the slope is 0 everywhere.
  @Test func temperatureOfZeroMakesHardSamples() throws {
    let concrete = Concrete(temperature: Float(1e-50))
    #expect(concrete.temperature == 0)
    let problem = randomProblem(.bernoulli, 2)
    var generator = PCG64(seed: 1)
    let estimate = try concrete.estimate(problem, using: &generator)
    #expect(estimate.gradient.values.allSatisfy { $0 == 0 })
    #expect(estimate.values.values.allSatisfy { $0.isFinite })
  }
}
