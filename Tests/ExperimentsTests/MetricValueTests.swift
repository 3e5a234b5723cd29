import Foundation
import Testing

@testable import Experiments

@Suite struct MetricValueTests {
  private func csv(_ value: MetricValue) -> String {
    var bytes: [UInt8] = []
    value.appendCSV(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func json(_ value: MetricValue) -> String {
    var bytes: [UInt8] = []
    value.appendJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (3, "3", "3"), (.integer(.min), "-9223372036854775808", "-9223372036854775808"),
      (0.1, "0.1", "0.1"), (.float(0.1), "0.1", "0.1"), (200.0, "200.0", "200.0"),
      (.double(1.0 / 3), "0.3333333333333333", "0.3333333333333333"),
      (.float(1.0 / 3), "0.33333334", "0.33333334"), (1e-7, "1e-07", "1e-07"),
      (1e300, "1e+300", "1e+300"), (-0.0, "-0.0", "-0.0"), (nil, "", "null"),
      (true, "true", "true"), (false, "false", "false"),
      (.double(.infinity), "inf", "null"), (.float(-.infinity), "-inf", "null"),
      (.double(-.nan), "nan", "null"), (.float(.signalingNaN), "nan", "null"),
      ("plain text", "plain text", #""plain text""#), ("", #""""#, #""""#),
      ("a,b", #""a,b""#, #""a,b""#), ("say \"no\"", #""say ""no""""#, #""say \"no\"""#),
      ("two\r\nlines", "\"two\r\nlines\"", #""two\r\nlines""#),
      ("\u{1}\u{1f}\t\\é🚀", "\u{1}\u{1f}\t\\é🚀", #""\u0001\u001f\t\\é🚀""#),
    ] as [(MetricValue, String, String)])
  func writesAsCSVAndJSON(value: MetricValue, csv: String, json: String) {
    #expect(self.csv(value) == csv)
    #expect(self.json(value) == json)
  }

  @Test func numbersReadBackAsTheSameBits() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let double = Double(bitPattern: generator.next())
      let float = Float(bitPattern: generator.next())
      if double.isFinite { #expect(Double(csv(.double(double))) == double) }
      if float.isFinite {
        #expect(Float(csv(.float(float))) == float)
        let decoded = try JSONDecoder().decode(
          [Float].self, from: Data("[\(json(.float(float)))]".utf8))
        #expect(decoded == [float])
      }
    }
  }

  @Test func optionalsBecomeMissing() {
    #expect(MetricValue(nil as Double?) == .missing && MetricValue(2.5 as Double?) == 2.5)
    #expect(MetricValue(nil as Float?) == .missing && MetricValue(2 as Float?) == .float(2))
    #expect(MetricValue(nil as Int?) == .missing && MetricValue(2 as Int?) == 2)
    #expect(MetricValue(nil as String?) == .missing && MetricValue("a" as String?) == "a")
  }
}
