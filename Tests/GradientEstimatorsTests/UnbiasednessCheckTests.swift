import Autodiff
import Distributions
import RandomNumbers
import State
import TestSupport
import Testing

@testable import GradientEstimators

#if DEBUG
  private let sampleCount = 6_000
  // A bias is found out by many samples.
  private let biasedSampleCount = 20_000
  // Each of these takes several samples of what was learned.
  private let memorySampleCount = 2_000
#else
  private let sampleCount = 1_000_000
  private let biasedSampleCount = 1_000_000
  private let memorySampleCount = 1_000_000
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
    var setting = EstimatorSetting(sampleWidth: size, contextWidth: 2)
    // More of them cost time, and change nothing about the mean.
    setting.memory.expectationDraws = 2
    setting.memory.interactionRank = 2
    var estimator = type.init(setting, using: &generator)
    estimator.randomize(using: &generator)
    let samples =
      type is any MemoryEstimator.Type
      ? memorySampleCount : type.traits.isUnbiased ? sampleCount : biasedSampleCount
    return try checkUnbiasedness(
      of: estimator, on: problem,
      samples: samples,
      seed: UInt64(size),
      // One test in a hundred thousand may fail by chance, for there are a hundred of them.
      familyWiseError: 1e-5)
  }

  /// Two variables of three values a row.
  @Test(
    arguments: EstimatorRegistry.all.map { $0.traits }
      .filter { $0.isUnbiased && $0.supports.contains(.categorical) }.map(\.name))
  func vectorsOfCategoricals(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let base = randomProblem(.categorical, 6)
    let problem = EstimationProblem(
      distribution: OneHotCategorical(logits: base.distribution.parameters, categoryCount: 3),
      objective: base.objective, context: base.context)
    let estimator = randomized(type, width: 6, contextWidth: 2)
    let report = try checkUnbiasedness(
      of: estimator, on: problem, samples: sampleCount / 2, familyWiseError: 1e-5)
    #expect(report.isUnbiased && report.isEnumerated && report.coordinates.count == 6)
  }

  @Test func resultDependsOnTheSeedAlone() throws {
    let problem = randomProblem(.bernoulli, 3)
    let reports = try [UInt64(1), 1, 2].map {
      try checkUnbiasedness(of: REINFORCE(), on: problem, samples: 10_000, seed: $0)
        .coordinates.map(\.mean)
    }
    #expect(reports[0] == reports[1] && reports[0] != reports[2])
  }

  @Test func momentsAreOfAsManySamplesAsAsked() throws {
    let problem = randomProblem(.bernoulli, 2)
    for count in [2, 4096, 4097, 10_000] {
      let samples = try moments(of: REINFORCE(), on: problem, samples: count, seed: 1)
      #expect(samples.count == count)
    }
  }

  /// More than 4096 values: RLOO's mean takes the place of the enumeration.
  @Test func referenceIsEstimatedWhereEnumerationIsTooLong() throws {
    let problem = randomProblem(.bernoulli, 13)
    let report = try checkUnbiasedness(of: DisARM(), on: problem, samples: 10_000)
    #expect(report.isUnbiased && !report.isEnumerated && report.coordinates.count == 13)
    #expect(report.coordinates.allSatisfy { $0.exactError > 0 })
    let biased = try checkUnbiasedness(of: StraightThrough(), on: problem, samples: 10_000)
    #expect(!biased.isUnbiased)
    let twelve = try checkUnbiasedness(
      of: DisARM(), on: randomProblem(.bernoulli, 12), samples: 4096)
    #expect(twelve.isEnumerated && twelve.isUnbiased)
  }

  @Test func estimatorThatCannotTakeTheProblemThrows() {
    #expect(throws: Failure.self) {
      try checkUnbiasedness(of: ARM(), on: randomProblem(.categorical, 3), samples: 10)
    }
  }

  @Test func severalRowsStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try? checkUnbiasedness(
        of: REINFORCE(),
        on: EstimationProblem(
          distribution: bernoulliRows([0], 2), objective: squaredDistance(from: 0)), samples: 10)
    }
    expectMessage("2 rows and 10 samples; give one row", of: result)
  }
}
