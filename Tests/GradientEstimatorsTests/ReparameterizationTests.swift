import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct ReparameterizationTests {
  /// E[Σ (b − t)²] has the slopes 2 (μ − t) and 2 σ².
  @Test func closedFormOfAQuadratic() throws {
    let (mean, logScale): ([Float], [Float]) = ([0.5, -1], [-0.3, 0.4])
    let problem = EstimationProblem(
      distribution: DiagonalGaussian(
        mean: Tensor(mean, shape: [1, 2]), logScale: Tensor(logScale, shape: [1, 2])),
      objective: squaredDistance(from: 2))
    let samples = try moments(of: Reparameterization(), on: problem, samples: 20_000, seed: 1)
    checkUnbiased(
      samples,
      exact: mean.map { 2 * (Double($0) - 2) } + logScale.map { 2 * exp(2 * Double($0)) })
  }

  @Test func estimateIsThePathwiseSlope() throws {
    let distribution = DiagonalGaussian(parameters: sampleTensor([3, 4], seed: 2))
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 1))
    var (first, second) = (PCG64(seed: 3), PCG64(seed: 3))
    let gradient = try Reparameterization().estimate(problem, using: &first).gradient
    let b = distribution.sample(using: &second)
    let slope = 2 * (b - 1)
    #expect(
      isClose(gradient, .concatenatingColumns([slope, slope * (b - distribution.mean)])))
  }
}
