import Foundation
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@Suite struct GradientVarianceTests {
  private func summary(_ estimates: [[Float]]) -> GradientVariance.Summary? {
    var variance = GradientVariance()
    for estimate in estimates { variance.add(estimate) }
    #expect(variance.count == estimates.count)
    return variance.summary
  }

  @Test func literalValues() throws {
    // Variances 4, 3, 0 and 0.
    let some = try #require(summary([[1, 5, 0.1, 0], [3, 5, 0.1, 0], [5, 8, 0.1, 0]]))
    #expect(abs(some.logTrace - log(7)) < 1e-12)
    #expect(abs(some.meanLogVariance - (log(4) + log(3)) / 2) < 1e-12)
    #expect(some.constantCoordinates == 2)
    #expect(some.estimates == 3)
    for (found, expected) in zip(some.squaredDistances, [5, 1, 8]) {
      #expect(abs(found - Double(expected)) < 1e-12)
    }
    // The standard error of 5, 1, 8 times 3/2 over the trace.
    #expect(abs(some.logTraceStandardError - (37 / 9.0).squareRoot() * 1.5 / 7) < 1e-12)
  }

  /// The mean of equal numbers is not that number after rounding.
  @Test(arguments: [Float(0.1), -1e-7, 3e8, 0])
  func constantCoordinatesAreMasked(value: Float) throws {
    let estimates = (0..<7).map { [value, Float($0), value] }
    let some = try #require(summary(estimates))
    #expect(some.constantCoordinates == 2)
    #expect(abs(some.meanLogVariance - log(14 / 3.0)) < 1e-12)
  }

  @Test func nothingVaries() throws {
    let some = try #require(summary([[1, 2], [1, 2]]))
    #expect(some.logTrace == -.infinity && some.meanLogVariance == -.infinity)
    #expect(some.logTraceStandardError == 0)
    #expect(some.constantCoordinates == 2)
  }

  @Test(arguments: [Float.nan, .infinity])
  func notANumberIsNeitherConstantNorZero(value: Float) throws {
    let some = try #require(summary([[1, value, 2], [3, 1, 2]]))
    #expect(some.logTrace.isNaN && some.logTraceStandardError.isNaN)
    #expect(some.meanLogVariance.isNaN && some.constantCoordinates == 1)
    #expect(some.difference(from: some).value.isNaN)
  }

  @Test func twoEstimatesAreNeeded() throws {
    #expect(summary([]) == nil)
    #expect(summary([[1, 2]]) == nil)
  }

  /// x = A n with independent Gaussian n and a covariance of trace 1 + 9.25 + 0.25.
  private func correlatedGaussian(using generator: inout PCG64) -> [Float] {
    let n = (0..<3).map { _ in generator.standardNormal() }
    return [n[0] + 50, 0.5 * n[0] + 3 * n[1] - 7, 0.5 * n[2]].map { Float($0) }
  }

  @Test func knownCovariance() throws {
    var generator = PCG64(seed: 1)
    let some = try #require(
      summary((0..<5000).map { _ in correlatedGaussian(using: &generator) }))
    #expect(abs(some.logTrace - log(10.5)) < 4 * some.logTraceStandardError)
    // Var Σx² = 2 Σ_ij C_ij² for a Gaussian.
    let squares = 1 + 9.25 * 9.25 + 0.0625 + 2 * 0.25
    let expected = (2 * squares / 5000).squareRoot() / 10.5
    #expect(abs(some.logTraceStandardError / expected - 1) < 0.1)
    let logs = (log(1) + log(9.25) + log(0.25)) / 3
    // The variance of the log of a sample variance is about 2 / n.
    #expect(abs(some.meanLogVariance - logs) < 4 * (2 / 5000.0).squareRoot())
  }

  @Test func standardErrorIsTheSpreadOverRepetitions() throws {
    var generator = PCG64(seed: 2)
    let repetitions = try (0..<200).map { _ in
      try #require(summary((0..<60).map { _ in correlatedGaussian(using: &generator) }))
    }
    let spread = sampleVariance(repetitions.map(\.logTrace)).squareRoot()
    let claimed = mean(repetitions.map(\.logTraceStandardError))
    // The spread itself is known to 5 %, the linearisation of the logarithm costs some more.
    #expect(abs(claimed / spread - 1) < 0.2)
  }

  @Test func differentWidthsStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var variance = GradientVariance()
      variance.add([1, 2])
      variance.add([1])
    }
    expectMessage("1 coordinates after 2", of: result)
  }

  @Test func measuresFreshEpisodesOfTheAgent() throws {
    var environment = ScriptedEnvironment(lengths: [1, 2])
    let some = try #require(
      try measureGradientVariance(of: ScriptedAgent(), in: &environment, episodes: 400, seed: 3))
    #expect(some.estimates == 400)
    #expect(environment.seeds.count == 400 && environment.seeds[0] == 3)
    #expect(some.constantCoordinates == 1)
    // The variance of a draw from 0 to 9 is 8.25, that of the Gaussian 1.
    #expect(abs(some.logTrace - log(9.25)) < 4 * some.logTraceStandardError)

    var again = ScriptedEnvironment(lengths: [1, 2])
    let same = try measureGradientVariance(
      of: ScriptedAgent(), in: &again, episodes: 400, seed: 3)
    #expect(same?.logTrace == some.logTrace)
    let other = try measureGradientVariance(
      of: ScriptedAgent(), in: &again, episodes: 400, seed: 4)
    #expect(other?.logTrace != some.logTrace)
    #expect(
      try measureGradientVariance(of: ScriptedAgent(), in: &again, episodes: 1, seed: 4) == nil)
  }
}
