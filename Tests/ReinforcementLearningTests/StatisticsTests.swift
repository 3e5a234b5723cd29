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

  @Test func tooFewValues() {
    #expect(mean([]).isNaN && median([]).isNaN)
    #expect(sampleVariance([3]).isNaN && standardError([3]).isNaN)
    #expect(mean([3]) == 3 && median([3]) == 3)
  }
}
