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

  /// δ = (1, 2.5) by hand, and γλ = ¼.
  @Test func advantagesByHand() {
    let advantages = generalizedAdvantageEstimates(
      rewards: [1, 2], values: [0.5, 1], finalValue: 3, discount: 0.5, lambda: 0.5)
    #expect(advantages == [1.625, 2.5])
    #expect(
      generalizedAdvantageEstimates(
        rewards: [], values: [], finalValue: 3, discount: 0.5, lambda: 0.5) == [])
  }

  private let rewards: [Float] = [1, -2, 0, 3.5, 0.25, -1]
  private let values: [Float] = [0.5, 2, -1, 4, 0.75, -3]

  /// Where the process ended, and where it was cut at a state that is worth something.
  @Test(arguments: [0, 7] as [Float], [0.5, 0.99, 1])
  func advantagesHaveTwoLimits(finalValue: Float, discount: Double) {
    func advantages(_ lambda: Double) -> [Float] {
      generalizedAdvantageEstimates(
        rewards: rewards, values: values, finalValue: finalValue, discount: discount,
        lambda: lambda)
    }
    // λ = 1: the returns, whose last state counts as a reward, less V.
    let returns = discountedReturns(rewards + [finalValue], discount: discount)
    for (t, advantage) in advantages(1).enumerated() {
      #expect(abs(advantage - (returns[t] - values[t])) < 1e-5)
    }
    // λ = 0: one step.
    let following = values.dropFirst() + [finalValue]
    for (t, (advantage, next)) in zip(advantages(0), following).enumerated() {
      #expect(abs(advantage - (rewards[t] + Float(discount) * next - values[t])) < 1e-5)
    }
  }

  /// The sum over all later differences, term by term.
  @Test func advantagesEqualTheDefinition() {
    let (discount, lambda) = (0.9, 0.7)
    let following = values.dropFirst() + [2]
    let differences = zip(zip(rewards, values), following).map {
      Double($0.0) + discount * Double($1) - Double($0.1)
    }
    let found = generalizedAdvantageEstimates(
      rewards: rewards, values: values, finalValue: 2, discount: discount, lambda: lambda)
    for t in rewards.indices {
      var (sum, factor) = (0.0, 1.0)
      for k in t..<6 {
        sum += factor * differences[k]
        factor *= discount * lambda
      }
      #expect(abs(Double(found[t]) - sum) < 1e-5)
    }
  }

  @Test func advantagesOfWhatDoesNotFitStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = generalizedAdvantageEstimates(
        rewards: [1, 2], values: [1], finalValue: 0, discount: 1, lambda: 1)
    }
    expectMessage("1 values for 2 rewards", of: result)
    let other = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = generalizedAdvantageEstimates(
        rewards: [1], values: [1], finalValue: 0, discount: 1, lambda: 1.5)
    }
    expectMessage("1.5 is not in 0...1", of: other)
  }
}
