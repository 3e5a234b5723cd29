import ReinforcementLearning
import TestSupport
import Testing

@Suite struct ReturnsTests {
  @Test(arguments: [0, 0.5, 0.99, 1])
  func equalTheDefinition(discount: Double) {
    let rewards: [Float] = [1, -2, 0, 3.5, 0.25, -1]
    let returns = discountedReturns(rewards, discount: discount)
    #expect(returns.count == 6)
    for t in rewards.indices {
      var (sum, factor) = (0.0, 1.0)
      for k in t..<6 {
        sum += factor * Double(rewards[k])
        factor *= discount
      }
      #expect(abs(Double(returns[t]) - sum) < 1e-6)
    }
  }

  @Test func literalValues() {
    #expect(discountedReturns([1, 1, 1, 1], discount: 1) == [4, 3, 2, 1])
    #expect(discountedReturns([4, 0, 8], discount: 0.5) == [6, 4, 8])
    #expect(discountedReturns([], discount: 0.9) == [])
  }

  /// 0.99 is not exact in Float32; summed up there, a long episode would drift.
  @Test func longEpisodesKeepTheirPrecision() {
    let returns = discountedReturns([Float](repeating: 1, count: 5000), discount: 0.99)
    #expect(abs(returns[0] - 100) < 1e-4)
  }

  @Test func discountsOutsideOfTheUnitIntervalStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = discountedReturns([1], discount: 1.01) }
    expectMessage("the discount 1.01 is not in 0...1", of: result)
    await #expect(processExitsWith: .failure) { _ = discountedReturns([1], discount: -0.1) }
  }
}
