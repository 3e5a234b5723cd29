import Statistics
import Testing

@Suite struct QuantilesTests {
  @Test func medians() {
    #expect(median([2, 4, 4, 4, 5, 5, 7, 9]) == 4.5)
    #expect(median([9, 1, 3]) == 3)
    #expect(median([3]) == 3)
    #expect(quantile(0.3, of: [7]) == 7 && quantile(1, of: [7]) == 7)
  }

  @Test(arguments: [(0, 118), (0.1, 122.25), (0.25, 127.125), (0.5, 130), (0.9, 146), (1, 152)])
  func quantilesAsNumPyHasThem(fraction: Double, expected: Double) {
    #expect(abs(quantile(fraction, of: [129, 131, 118, 140, 152, 126.5]) - expected) < 1e-12)
  }

  @Test(arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (1.0, 4.0)])
  func quantilesOfFourValues(fraction: Double, expected: Double) {
    #expect(quantile(fraction, of: [4, 1, 3, 2]) == expected)
  }

  @Test func quantileOfNothingAndOfInfinities() {
    #expect(quantile(0.5, of: []).isNaN && median([]).isNaN)
    #expect(quantile(0.5, of: [-.infinity, -.infinity]) == -.infinity)
  }

  /// The log-variance of what does not vary is minus infinity.
  @Test func infinitiesBesideNumbers() {
    #expect(quantile(0, of: [1, -.infinity, 3]) == -.infinity)
    #expect(quantile(0.25, of: [1, -.infinity, 3]) == -.infinity)
    #expect(quantile(0.5, of: [1, -.infinity, 3]) == 1)
    #expect(quantile(1, of: [-.infinity, 3]) == 3)
    #expect(quantile(0.75, of: [1, .infinity, 3]) == .infinity)
    #expect(quantile(0.5, of: [-.infinity, .infinity]).isNaN)
    #expect(median([1, -.infinity]) == -.infinity)
  }

  /// Wherever it stands; a sort would leave it there and the others without order.
  @Test(arguments: 0..<4)
  func notANumberHasNoPlaceInAnOrder(place: Int) {
    var values: [Double] = [3, 1, 2]
    values.insert(.nan, at: place)
    #expect(median(values).isNaN && quantile(0.25, of: values).isNaN)
  }
}
