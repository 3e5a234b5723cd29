import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

#if DEBUG
  private let sampleCount = 20_000
#else
  private let sampleCount = 1_000_000
#endif

/// Every estimator on random problems, with random parameters of its own.
@Suite struct UnbiasednessCheckTests {
  private static let cases: [(name: String, support: EstimatorTraits.Support, size: Int)] =
    EstimatorRegistry.all.flatMap { type in
      type.traits.supports.sorted { $0.rawValue < $1.rawValue }.flatMap { support in
        (support == .bernoulli ? [1, 3, 8] : support == .categorical ? [2, 3, 6] : [2])
          .map { (type.traits.name, support, $0) }
      }
    }

  @Test(arguments: cases)
  func verdictIsWhatTheTraitsSay(
    _ name: String, _ support: EstimatorTraits.Support, _ size: Int
  ) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let report = try report(type, support, size)
    #expect(
      report.isUnbiased == type.traits.isUnbiased,
      "z-scores \(report.coordinates.map(\.zScore)), limit \(report.limit)")
    #expect(report.isEnumerated == (support != .gaussian))
  }

  private func report(
    _ type: (some GradientEstimator).Type, _ support: EstimatorTraits.Support, _ size: Int
  ) throws -> UnbiasednessReport {
    var generator = PCG64(seed: UInt64(size))
    let problem = EstimationProblem.random(support, size: size, using: &generator)
    var estimator = type.init(
      EstimatorSetting(sampleWidth: size, contextWidth: 2), using: &generator)
    estimator.randomize(using: &generator)
    return try checkUnbiasedness(
      of: estimator, on: problem, samples: sampleCount, seed: UInt64(size),
      // One test in a hundred thousand may fail by chance, for there are a hundred of them.
      familyWiseError: 1e-5)
  }
}
