import Foundation
import RandomNumbers
import Statistics
import TestSupport
import Testing

@Suite struct SampleMomentsTests {
  private static let rows: [[Float]] = [[1, 5], [3, 5], [4, -1], [-2, 7], [0.5, 0]]
  private static let mean = [1.3, 3.2]
  /// Σ (x − mean)² / 4
  private static let variances = [5.45, 12.2]

  private static func moments(_ rows: some Sequence<[Float]>) -> SampleMoments {
    var moments = SampleMoments()
    for row in rows { moments.add(row) }
    return moments
  }

  private func expect(_ moments: SampleMoments, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(moments.count == 5, sourceLocation: sourceLocation)
    for i in 0..<2 {
      #expect(abs(moments.mean[i] - Self.mean[i]) < 1e-14, sourceLocation: sourceLocation)
      #expect(abs(moments.variances[i] - Self.variances[i]) < 1e-14, sourceLocation: sourceLocation)
      let error = (Self.variances[i] / 5).squareRoot()
      #expect(abs(moments.standardErrors[i] - error) < 1e-14, sourceLocation: sourceLocation)
    }
    #expect(abs(moments.trace - 17.65) < 1e-14, sourceLocation: sourceLocation)
  }

  @Test func meanAndVariance() {
    expect(Self.moments(Self.rows))
    var doubles = SampleMoments()
    for row in Self.rows { doubles.add(row.map { Double($0) }) }
    expect(doubles)
  }

  @Test(arguments: 0...5)
  func partsAddUpToTheWhole(split: Int) {
    var first = Self.moments(Self.rows[..<split])
    first.merge(Self.moments(Self.rows[split...]))
    expect(first)
    first.merge(SampleMoments())
    expect(first)
  }

  @Test func momentsAreTakenIn() {
    var moments = Self.moments(Self.rows[..<2])
    // Of (4, −1), (−2, 7) and (0.5, 0).
    moments.merge(
      count: 3, mean: [2.5 / 3, 2], squaredDeviations: [20.25 - 6.25 / 3, 50 - 12])
    expect(moments)
  }

  @Test func figuresOfTheVector() {
    // Variances 4, 3, 0 and 0.
    let moments = Self.moments([[1, 5, 0.1, 0], [3, 5, 0.1, 0], [5, 8, 0.1, 0]])
    #expect(abs(moments.logTrace - log(7)) < 1e-15)
    #expect(abs(moments.meanLogVariance - (log(4) + log(3)) / 2) < 1e-15)
    #expect(moments.constantCoordinates == 2)
    #expect(abs(moments.squaredDistance(of: [5, 8, 0.1, 2]) - 12) < 1e-14)
    // The standard error of 5, 1, 8 times 3/2 over the trace.
    let error = moments.logTraceStandardError(squaredDistances: [5, 1, 8])
    #expect(abs(error - (37 / 9.0).squareRoot() * 1.5 / 7) < 1e-15)
  }

  @Test func nothingVaries() {
    let moments = Self.moments([[0.1, 3e8], [0.1, 3e8], [0.1, 3e8]])
    #expect(moments.logTrace == -.infinity && moments.meanLogVariance == -.infinity)
    #expect(moments.constantCoordinates == 2)
    #expect(moments.logTraceStandardError(squaredDistances: [0, 0, 0]) == 0)
  }

  /// A ten-millionth of the size is no more than what Float32 rounds off.
  @Test func roundingIsNoVariance() {
    let moments = Self.moments([[1, 2], [1 + 0x1p-23, 3], [1 - 0x1p-23, 1]])
    #expect(moments.constantCoordinates == 1)
    #expect(moments.logTrace == 0 && moments.meanLogVariance == 0)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func notANumberIsNeitherConstantNorZero(value: Float) {
    let moments = Self.moments([[1, 5, 2], [3, value, 2], [5, 8, 2]])
    #expect(moments.constantCoordinates == 1)
    #expect(moments.trace.isNaN && moments.logTrace.isNaN && moments.meanLogVariance.isNaN)
    #expect(moments.logTraceStandardError(squaredDistances: [1, .nan, 1]).isNaN)
    #expect(moments.variances[0] == 4 && moments.variances[1].isNaN)
    #expect(moments.zScores(against: [3, 0, 2])[1].isNaN)
  }

  @Test func oneSampleHasNoVariance() {
    let moments = Self.moments([[1, 2]])
    #expect(moments.mean == [1, 2] && moments.variances.allSatisfy(\.isNaN))
    #expect(moments.logTrace.isNaN && moments.meanLogVariance.isNaN)
    #expect(SampleMoments().logTrace.isNaN && SampleMoments().meanLogVariance.isNaN)
  }

  /// A spread of 1 at a distance of 10⁶, which `Double` resolves well.
  @Test func largeOffsetDoesNotSwallowTheVariance() {
    var generator = PCG64(seed: 1)
    let values = (0..<4000).map { _ in 1e6 + generator.standardNormal() }
    var moments = SampleMoments()
    for value in values { moments.add([value]) }
    #expect(abs(moments.mean[0] - Statistics.mean(values)) < 1e-8)
    #expect(abs(moments.variances[0] / sampleVariance(values) - 1) < 1e-8)
  }

  @Test func zScores() {
    let moments = Self.moments(Self.rows)
    let errors = moments.standardErrors
    let scores = moments.zScores(against: [Self.mean[0] - 2 * errors[0], Self.mean[1]])
    #expect(abs(scores[0] - 2) < 1e-5 && abs(scores[1]) < 1e-5)
    // An expectation that is an estimate adds its own error.
    let estimated = moments.zScores(
      against: [Self.mean[0] - 2 * errors[0], 0], errors: [errors[0], 0])
    #expect(abs(estimated[0] - 2.0.squareRoot()) < 1e-5)
    #expect(abs(estimated[1] - Self.mean[1] / errors[1]) < 1e-4)
  }

  /// Samples without variance: equal counts as equal, and different as very different.
  @Test func zScoresWithoutVariance() {
    let moments = Self.moments([[0, 1], [0, 1], [0, 1]])
    #expect(moments.zScores(against: [0, 1]) == [0, 0])
    #expect(moments.zScores(against: [1e-3, 1.001]).allSatisfy { abs($0) > 100 })
    #expect(abs(moments.zScores(against: [0, 1 + 1e-7])[1]) < 1)
  }

  @Test func samplesOfAnotherWidthStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var moments = SampleMoments()
      moments.add([1, 2] as [Float])
      moments.add([1, 2, 3] as [Double])
    }
    expectMessage("3 coordinates after 2", of: result)
  }
}
