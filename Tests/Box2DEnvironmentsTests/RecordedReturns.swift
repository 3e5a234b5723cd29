import Foundation

/// How Gymnasium's own controller fared on Gymnasium; see `Fixtures/make_fixtures.py`.
struct RecordedReturns {
  let returns: [Double]
  let lengths: [Double]

  /// - Parameter variant: `discrete`, `continuous` or `wind`.
  init(variant: String) {
    let rows = fixtureLines("returns.txt").map { $0.split(separator: " ") }
      .filter { $0[0] == variant }
    returns = rows.map { Double($0[2])! }
    lengths = rows.map { Double($0[3])! }
  }

  /// Whether to play as many seeds as were recorded instead of a few:
  /// `SWIFT_RELAX_FULL=1 swift test -c release -Xswiftc -enable-testing`.
  static let isFullRun = ProcessInfo.processInfo.environment["SWIFT_RELAX_FULL"] == "1"

  /// The seeds to play.
  func seeds(atMost count: Int) -> Range<UInt64> {
    0..<UInt64(Self.isFullRun ? returns.count : min(count, returns.count))
  }

  /// Compares results with the recorded ones, and prints the figures of a full run.
  func compare(
    _ results: [EpisodeResult], name: String
  ) -> (returns: KolmogorovSmirnov, meanLength: Double, recordedMeanLength: Double) {
    let test = KolmogorovSmirnov(results.map(\.total), returns)
    let lengthTest = KolmogorovSmirnov(results.map { Double($0.length) }, lengths)
    let length = mean(results.map { Double($0.length) })
    if Self.isFullRun {
      print(
        "\(name): return \(mean(results.map(\.total))) against \(mean(returns)),"
          + " D \(test.statistic), p \(test.pValue); length \(length) against \(mean(lengths)),"
          + " D \(lengthTest.statistic), p \(lengthTest.pValue)")
    }
    return (test, length, mean(lengths))
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
