import Statistics
import Testing

@Suite struct PairedComparisonTests {
  /// SciPy: `sem(a - b)`, and `permutation_test((a - b,), mean, permutation_type="samples",
  /// n_resamples=inf)`, which finds 12 of the 128 ways.
  @Test func equalsSciPy() {
    let comparison = PairedComparison(
      of: [12, 15, 9, 20, 14, 11.5, 17], to: [10, 16, 7, 15, 13, 12, 12])
    #expect(abs(comparison.meanDifference - 1.9285714285714286) < 1e-12)
    #expect(abs(comparison.standardError - 0.9025662581440411) < 1e-12)
    #expect(comparison.pValue == 12.0 / 128)
    #expect(
      comparison.interval
        == bootstrapInterval(ofMeanOf: [2, -1, 2, 5, 1, -0.5, 5]))
  }

  @Test func countedByHand() {
    // Of the four sums ±1 ± 2, two are 3 away from zero; of ±1 ± −2 all four are at least 1 away.
    #expect(signFlipPValue([1, 2]) == 0.5)
    #expect(signFlipPValue([1, -2]) == 1)
    #expect(signFlipPValue([5]) == 1)
    #expect(signFlipPValue([0, 0, 0]) == 1)
    #expect(signFlipPValue(Array(repeating: 3, count: 16)) == 2.0 / 65536)
  }

  @Test func sumsInAnotherOrderAreEqual() {
    // In binary, 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 are not: the signs of all, and none.
    #expect(signFlipPValue([0.1, 0.2, 0.3]) == 0.25)
    #expect(signFlipPValue([-0.1, 0.7, 0.2, -0.3, 0.4]) == signFlipPValue([-1, 7, 2, -3, 4]))
  }

  /// The exact values are counts of all 2²⁰ ways with NumPy.
  @Test(arguments: [(0.0, 0.5785961151123047), (2.0, 0.04697990417480469)])
  func randomFlipsComeCloseToTheExactValue(shift: Double, expected: Double) {
    let differences: [Double] = [
      3, -1, 4, -1, 5, -9, 2, 6, -5, 3, 5, -8, 9, 7, -9, 3, 2, 3, -8, 4,
    ]
    let value = signFlipPValue(differences.map { $0 + shift })
    // Four standard errors of a proportion.
    #expect(abs(value - expected) < 4 * (expected * (1 - expected) / 100_000).squareRoot())
    #expect(signFlipPValue(differences.map { -$0 - shift }) == value)
  }

  @Test func randomFlipsNeverGiveZero() {
    #expect(signFlipPValue(Array(repeating: 1, count: 70), flips: 99) == 0.01)
  }

  @Test func aSinglePairHasNoError() {
    let comparison = PairedComparison(of: [3], to: [1])
    #expect(comparison.meanDifference == 2 && comparison.pValue == 1)
    #expect(comparison.standardError.isNaN && comparison.interval.lower.isNaN)
    #expect(signFlipPValue([1, .nan]).isNaN)
  }
}
