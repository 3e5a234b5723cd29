import Statistics
import Testing

@Suite struct AveragesTests {
  @Test func literalValues() {
    let values: [Double] = [2, 4, 4, 4, 5, 5, 7, 9]
    #expect(mean(values) == 5)
    #expect(abs(sampleVariance(values) - 32 / 7) < 1e-12)
    #expect(abs(standardError(values) - (4.0 / 7).squareRoot()) < 1e-12)
  }

  @Test func varianceDoesNotCancel() {
    #expect(sampleVariance([1e9 + 1, 1e9 + 2, 1e9 + 3]) == 1)
  }

  @Test func movingMeansStartWithWhatThereIs() {
    #expect(movingMean([2, 4, 9, -1], window: 2) == [2, 3, 6.5, 4])
    #expect(movingMean([2, 4, 9], window: 5) == [2, 3, 5])
    #expect(movingMean([1e300, 3, 5], window: 1) == [1e300, 3, 5])
    #expect(movingMean([], window: 2) == [])
  }

  @Test func tooFewValues() {
    #expect(mean([]).isNaN)
    #expect(sampleVariance([3]).isNaN && standardError([3]).isNaN)
    #expect(mean([3]) == 3)
  }
}
