import Files
import Foundation
import Testing

@Suite struct JSONNumberTests {
  @Test(
    arguments: [
      ("0", .integer(0)), ("-0", .integer(0)), ("-12", .integer(-12)), ("0.5", .number(0.5)),
      ("1e-3", .number(0.001)), ("-1.25E+2", .number(-125)), ("10", .integer(10)),
      ("9223372036854775808", .number(0x1p63)),
    ] as [(String, JSONValue)])
  func readsNumbers(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: Data(text.utf8)) == value)
  }

  @Test(arguments: [
    "01", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "--1", "1.5.2", "1e3e", "0x1", "1_000", "-01",
    "nan", "inf", "1e999", "00",
  ])
  func refusesWhatIsNoNumber(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: Data(text.utf8)) }
  }

  @Test func aLongListTakesAMoment() throws {
    let list = "[" + (0..<50_000).map { "\($0).25" }.joined(separator: ",") + "]"
    let start = ContinuousClock.now
    guard case .array(let values) = try JSONValue(parsing: Data(list.utf8)) else {
      Issue.record("no array")
      return
    }
    #expect(values.count == 50_000 && values[3] == .number(3.25))
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
