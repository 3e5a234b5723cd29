import Autodiff
import Statistics
import Testing

@testable import GradientEstimators

@Suite struct UnbiasednessReportTests {
  /// Samples of two coordinates with the means 1 and 2 and the standard error 0.1.
  private func report(
    exact: [Double], errors: [Double]? = nil, samples rows: [Float]? = nil
  ) -> UnbiasednessReport {
    var samples = SampleMoments()
    // The variance of ±1 in 101 samples, of which one is 0, is 1.
    let spread =
      rows
      ?? (0..<101).flatMap { row -> [Float] in
        let offset: Float = row == 100 ? 0 : row % 2 == 0 ? 1 : -1
        return [1 + offset, 2 + offset]
      }
    samples.add(rows: Tensor(spread, shape: [spread.count / 2, 2]))
    return UnbiasednessReport(
      samples: samples, exact: exact, exactErrors: errors, objectiveSize: 0, familyWiseError: 0.01)
  }

  private static let error = (1.0 / 101).squareRoot()

  @Test func coordinatesAreComparedOneByOne() {
    let good = report(exact: [1 + 2 * Self.error, 2])
    #expect(good.isUnbiased && good.isEnumerated && good.sampleCount == 101)
    #expect(abs(good.coordinates[0].zScore + 2) < 1e-4 && good.coordinates[1].zScore == 0)
    #expect(abs(good.largestZScore - 2) < 1e-4)
    #expect(abs(good.coordinates[0].standardError - Self.error) < 1e-6)
    #expect(good.coordinates[1].mean == 2 && good.coordinates[1].exact == 2)
    #expect(good.limit == zScoreLimit(coordinates: 2, familyWiseError: 0.01))
    #expect(!report(exact: [1, 2 - 3 * Self.error]).isUnbiased)
    #expect(report(exact: [1, 2 - 2.7 * Self.error]).isUnbiased)
  }

  @Test func estimatedGradientAddsItsError() {
    let estimated = report(exact: [1, 2 - 3 * Self.error], errors: [0, Self.error])
    #expect(estimated.isUnbiased && !estimated.isEnumerated)
    #expect(abs(estimated.coordinates[1].zScore - 3 / 2.0.squareRoot()) < 1e-4)
    #expect(estimated.coordinates[1].exactError == Self.error)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesThatAreNotFiniteCountAsBiased(value: Float) {
    let broken = report(exact: [1, 2], samples: [1, 2, 0.5, value, 1.5, 2])
    #expect(!broken.isUnbiased && broken.largestZScore.isNaN)
    #expect(!report(exact: [1, .nan]).isUnbiased)
  }

  @Test func relativeBiasIsThatOfTheWholeVector() {
    // (0.6, 0.8) off, of (0.4, 1.2) by length √1.6.
    #expect(abs(report(exact: [0.4, 1.2]).relativeBias - 1 / 1.6.squareRoot()) < 1e-6)
    #expect(report(exact: [1, 2]).relativeBias < 1e-6)
    #expect(report(exact: [0, 0], samples: [0, 0, 0, 0]).relativeBias == 0)
    #expect(report(exact: [0, 0]).relativeBias == .infinity)
  }
}
