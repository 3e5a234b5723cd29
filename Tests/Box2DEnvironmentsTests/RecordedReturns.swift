import Foundation
import Testing

/// How Gymnasium's own controller fared on Gymnasium; see `Fixtures/make_fixtures.py`
/// and `Fixtures/record_walkers.py`.
struct RecordedReturns {
  let returns: [Double]
  let lengths: [Int]

  /// - Parameters:
  ///   - variant: `discrete`, `continuous` or `wind`; `normal` or `hardcore` of walkers.
  ///   - file: The file in `Fixtures`.
  init(variant: String, in file: String = "returns.txt") {
    let rows = fixtureLines(file).map { $0.split(separator: " ") }
      .filter { $0[0] == variant }
    returns = rows.map { Double($0[2])! }
    lengths = rows.map { Int($0[3])! }
  }

  /// Whether to play as many seeds as were recorded instead of a few:
  /// `SWIFT_RELAX_FULL=1 swift test -c release -Xswiftc -enable-testing`.
  static let isFullRun = ProcessInfo.processInfo.environment["SWIFT_RELAX_FULL"] == "1"

  /// The seeds to play.
  func seeds(atMost count: Int) -> Range<UInt64> {
    0..<UInt64(Self.isFullRun ? returns.count : min(count, returns.count))
  }

  /// Compares results with the recorded ones: to the bit where that is possible, else as samples of
  /// one distribution.
  func expectEqual(_ results: [EpisodeResult], sourceLocation: SourceLocation = #_sourceLocation) {
    if Recording.isExact {
      for (seed, result) in results.enumerated() {
        #expect(
          result.total == returns[seed] && result.length == lengths[seed], "seed \(seed)",
          sourceLocation: sourceLocation)
      }
    } else {
      let returnTest = KolmogorovSmirnov(results.map(\.total), returns)
      let lengthTest = KolmogorovSmirnov(
        results.map { Double($0.length) }, lengths.map(Double.init))
      #expect(returnTest.pValue > 0.05, sourceLocation: sourceLocation)
      #expect(lengthTest.pValue > 0.05, sourceLocation: sourceLocation)
    }
  }
}
