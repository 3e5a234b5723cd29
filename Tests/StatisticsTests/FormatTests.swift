import Foundation
import Statistics
import Testing

@Suite struct FormatTests {
  @Test(
    arguments: [
      (0, 2, "0.00"), (21.345, 1, "21.3"), (-0.5, 2, "-0.50"), (-0.001, 2, "0.00"), (7, 0, "7"),
      (0.05, 3, "0.050"), (999.999, 2, "1000.00"), (2.5, 0, "2"), (3.5, 0, "4"), (0.125, 2, "0.12"),
      (1.115, 2, "1.11"), (1.005, 2, "1.00"), (-1.255, 2, "-1.25"),
      (123_456_789, 3, "123456789.000"),
      (1e300, 2, "1e+300"), (.nan, 1, "nan"), (-.infinity, 1, "-inf"),
      (.leastNonzeroMagnitude, 15, "0.000000000000000"),
    ] as [(Double, Int, String)])
  func fixedDecimals(value: Double, decimals: Int, text: String) {
    #expect(Format.fixed(value, decimals: decimals) == text)
  }

  @Test(arguments: [
    (476.64, 1, "476.6"), (-0.05774, 1, "-0.0577"), (1.0521, 0, "1.05"), (475, 0, "475"),
    (0, 2, "0.00"), (0.5, 1, "0.500"), (12.34, 0, "12.3"), (1e-30, 1, "0.000000000000"),
    (.nan, 1, "nan"), (-.infinity, 1, "-inf"),
  ])
  func smallNumbersKeepThreeDigits(value: Double, decimals: Int, text: String) {
    #expect(Format.legible(value, decimals: decimals) == text)
  }

  /// The C library rounds the exact binary value, ties to even.
  @Test func fixedDecimalsAgreeWithTheCLibrary() {
    for step in -4000...4000 {
      for (value, decimals) in [
        (Double(step) / 1000, 2), (Double(step) / 8, 1), (sin(Double(step)), 5),
      ] {
        let text = Format.fixed(value, decimals: decimals)
        let reference = String(format: "%.\(decimals)f", value)
        #expect(text == reference || "-\(text)" == reference && Double(text) == 0)
      }
    }
  }

  @Test(arguments: [
    (2.5, 1), (25, 0), (1e300, 0), (1, 1), (0.99, 2), (0.1, 2), (0.0025, 4), (1e-5, 6), (1e-30, 12),
    (0, 2), (-1, 2), (.nan, 2), (.infinity, 2),
  ])
  func decimalsShowTwoDigitsOfAnError(error: Double, decimals: Int) {
    #expect(Format.decimals(ofError: error) == decimals)
  }

  @Test(arguments: [
    (0, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"),
    (59.6, "1 min 00 s"), (65, "1 min 05 s"), (3599.7, "1 h 00 min"), (7384, "2 h 03 min"),
    (86_399, "23 h 59 min"), (273_600, "3 d 04 h"), (-3, "0.0 s"), (1e15, "347222222 d 05 h"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(Format.duration(.seconds(seconds)) == text)
  }

  @Test(arguments: [
    (0, "0.00 steps/s"), (5.318, "5.32 steps/s"), (9.996, "10.0 steps/s"), (532, "532 steps/s"),
    (999.4, "999 steps/s"), (999.6, "1.00 k steps/s"), (53_210, "53.2 k steps/s"),
    (532_100, "532 k steps/s"), (999_960, "1.00 M steps/s"), (5.3e9, "5.30 G steps/s"),
    (2e12, "2000 G steps/s"), (.infinity, "– steps/s"), (.nan, "– steps/s"),
  ])
  func rates(perSecond: Double, text: String) {
    #expect(Format.rate(perSecond, "steps") == text)
  }
}
