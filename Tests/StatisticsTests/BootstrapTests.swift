import Statistics
import Testing

/// Expected values are NumPy's:
/// `quantile(v[default_rng(7).integers(0, 6, size=(n, 6))].mean(1), [tail, 1 - tail])`.
@Suite struct BootstrapTests {
  private let values = [129, 131, 118, 140, 152, 126.5]

  private func expect(
    _ interval: ConfidenceInterval, _ lower: Double, _ upper: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(interval.lower - lower) < 1e-9, sourceLocation: sourceLocation)
    #expect(abs(interval.upper - upper) < 1e-9, sourceLocation: sourceLocation)
  }

  @Test func equalsNumPyDrawForDraw() {
    expect(bootstrapInterval(ofMeanOf: values, seed: 7), 124.83333333333333, 142.16666666666666)
    expect(
      bootstrapInterval(ofMeanOf: values, level: 0.9, seed: 7), 125.83333333333333,
      140.41666666666666)
    expect(
      bootstrapInterval(ofMeanOf: values, level: 0.8, resamples: 500, seed: 7),
      127.08333333333333, 139.35)
  }

  @Test func theSeedDecides() {
    let interval = bootstrapInterval(ofMeanOf: values, resamples: 50)
    #expect(bootstrapInterval(ofMeanOf: values, resamples: 50) == interval)
    #expect(bootstrapInterval(ofMeanOf: values, resamples: 50, seed: 1) != interval)
  }

  @Test func knowsNothingOfASingleValueOrOfNaN() {
    for values in [[], [3], [1, .nan, 2], [1, .infinity]] {
      let interval = bootstrapInterval(ofMeanOf: values)
      #expect(interval.lower.isNaN && interval.upper.isNaN)
    }
    expect(bootstrapInterval(ofMeanOf: [4, 4, 4]), 4, 4)
  }
}
