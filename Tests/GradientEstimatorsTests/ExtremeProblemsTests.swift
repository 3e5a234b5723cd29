import Autodiff
import Distributions
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

/// Every estimator at the edges of what it can be given.
@Suite struct ExtremeProblemsTests {
  private static let names = EstimatorRegistry.all.map { $0.traits.name }

  /// The estimates of an estimator, with and without variables; `nil` where it refuses.
  private func gradients(
    _ name: String, _ distribution: any LatentDistribution, seed: UInt64 = 1
  ) throws -> [Float]? {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let scale = 1 / Float(distribution.sampleWidth)
    let problem = EstimationProblem(
      distribution: distribution,
      objective: Objective({ scale * ($0 - 0.3).squared().sumOverColumns() }))
    let estimator = randomized(type, width: distribution.sampleWidth).asVariables()
    do {
      let estimate = try estimator.estimate(problem, seed: seed)
      let parameters = estimator.parameters
      let slopes = estimator.adaptationLoss(of: estimate).map {
        Autodiff.gradients(of: $0, withRespectTo: parameters).flatMap(\.values)
      }
      #expect((slopes ?? []).allSatisfy { $0.isFinite })
      #expect(estimate.values.values.allSatisfy { $0.isFinite })
      return estimate.gradient.values
    } catch {
      #expect(error.description.hasPrefix(name) && error.description.hasSuffix("."))
      return nil
    }
  }

  /// Bernoullis that are certain but for 10⁻³⁵: the gradient is zero.
  @Test(arguments: names, [[Float(80)], [-80], [80, -80, 80]])
  func certainBernoullis(name: String, logits: [Float]) throws {
    for seed in UInt64(0)..<5 {
      if let found = try gradients(name, bernoulliRows(logits, 20), seed: seed) {
        #expect(found.allSatisfy { abs($0) < 1e-20 }, "\(found)")
      }
    }
  }

  @Test(arguments: names, [[Float(80), -80], [-80, 0, 80]])
  func certainCategoricals(name: String, logits: [Float]) throws {
    let distribution = OneHotCategorical(logits: bernoulliRows(logits, 20).logits)
    for seed in UInt64(0)..<5 {
      if let found = try gradients(name, distribution, seed: seed) {
        #expect(found.allSatisfy { abs($0) < 1e-20 }, "\(found)")
      }
    }
  }

  /// A certain variable beside an open one: its own coordinate is zero. Only ARM's estimate is not,
  /// but zero on average.
  @Test(arguments: names.filter { $0 != "arm" })
  func certainVariableBesideAnOpenOne(name: String) throws {
    if let found = try gradients(name, bernoulliRows([80, 0.2], 50)) {
      for row in 0..<50 { #expect(abs(found[2 * row]) < 1e-20) }
      #expect(found.allSatisfy { $0.isFinite } && found.contains { $0 != 0 })
    }
  }

  /// The only category has no gradient.
  @Test(arguments: names)
  func singleCategory(name: String) throws {
    let distribution = OneHotCategorical(logits: bernoulliRows([3], 20).logits)
    if let found = try gradients(name, distribution) {
      #expect(found.allSatisfy { $0 == 0 }, "\(found)")
    }
  }

  @Test(arguments: names, [1, 1000])
  func narrowAndWide(name: String, width: Int) throws {
    let logits = sampleTensor([1, width], seed: 2, magnitude: 0...3)
    for distribution: any LatentDistribution in [
      Bernoulli(logits: logits), OneHotCategorical(logits: logits),
      DiagonalGaussian(mean: logits, logScale: -0.3 * logits),
    ] {
      let found = try gradients(name, distribution)
      #expect(found?.allSatisfy { $0.isFinite } != false)
    }
  }

  /// Far and narrow, and near and wide Gaussians.
  @Test(arguments: names)
  func farGaussians(name: String) throws {
    let distribution = DiagonalGaussian(
      mean: Tensor([80, -80, 0], shape: [1, 3]), logScale: Tensor([-3, 0, 4], shape: [1, 3]))
    let found = try gradients(name, distribution)
    #expect(found?.allSatisfy { $0.isFinite } != false)
  }
}
