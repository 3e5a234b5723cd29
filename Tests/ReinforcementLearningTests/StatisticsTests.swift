import ReinforcementLearning
import Testing

@Suite struct StatisticsTests {
  @Test func literalValues() {
    let values: [Double] = [2, 4, 4, 4, 5, 5, 7, 9]
    #expect(mean(values) == 5)
    #expect(abs(sampleVariance(values) - 32 / 7) < 1e-12)
    #expect(abs(standardError(values) - (4.0 / 7).squareRoot()) < 1e-12)
    #expect(median(values) == 4.5)
    #expect(median([9, 1, 3]) == 3)
  }

  @Test func varianceDoesNotCancel() {
    #expect(sampleVariance([1e9 + 1, 1e9 + 2, 1e9 + 3]) == 1)
  }

  @Test(arguments: [(0, 118), (0.1, 122.25), (0.25, 127.125), (0.5, 130), (0.9, 146), (1, 152)])
  func quantilesAsNumPyHasThem(fraction: Double, expected: Double) {
    #expect(abs(quantile(fraction, of: [129, 131, 118, 140, 152, 126.5]) - expected) < 1e-12)
  }

  @Test func movingMeansStartWithWhatThereIs() {
    #expect(movingMean([2, 4, 9, -1], window: 2) == [2, 3, 6.5, 4])
    #expect(movingMean([2, 4, 9], window: 5) == [2, 3, 5])
    #expect(movingMean([1e300, 3, 5], window: 1) == [1e300, 3, 5])
    #expect(movingMean([], window: 2) == [])
  }

  @Test func tooFewValues() {
    #expect(quantile(0.3, of: []).isNaN && quantile(0.3, of: [7]) == 7 && quantile(1, of: [7]) == 7)
    #expect(mean([]).isNaN && median([]).isNaN)
    #expect(sampleVariance([3]).isNaN && standardError([3]).isNaN)
    #expect(mean([3]) == 3 && median([3]) == 3)
  }

  @Test(arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (1.0, 4.0)])
  func quantilesOfFourValues(fraction: Double, expected: Double) {
    #expect(quantile(fraction, of: [4, 1, 3, 2]) == expected)
  }

  @Test func quantileOfNothingAndOfInfinities() {
    #expect(quantile(0.5, of: []).isNaN)
    #expect(quantile(0.5, of: [-.infinity, -.infinity]) == -.infinity)
  }
}
