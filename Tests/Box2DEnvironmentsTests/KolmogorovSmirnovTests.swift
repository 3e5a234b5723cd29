import Testing

@Suite struct KolmogorovSmirnovTests {
  @Test func equalSamplesDoNotDiffer() {
    let sample = (0..<50).map { Double($0 * 7 % 50) }
    #expect(KolmogorovSmirnov(sample, sample).statistic == 0)
    #expect(KolmogorovSmirnov(sample, sample).pValue == 1)
  }

  @Test func distinctSamplesDiffer() {
    let test = KolmogorovSmirnov([1, 2, 3], [4, 5, 6, 7])
    #expect(test.statistic == 1)
  }

  /// At a scaled distance of 1.36 the asymptotic distribution leaves 5 %.
  @Test func pValueAtTheFivePercentPoint() {
    let first = (0..<1000).map { Double($0) }
    let shift = 1.358 / 500.0.squareRoot() * 1000
    let test = KolmogorovSmirnov(first, first.map { $0 + shift })
    #expect(abs(test.pValue - 0.05) < 0.005)
  }
}
