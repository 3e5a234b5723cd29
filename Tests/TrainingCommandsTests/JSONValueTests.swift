import Foundation
import Testing

@testable import TrainingCommands

@Suite struct JSONValueTests {
  @Test func writesAndReadsEveryKindOfValue() throws {
    let value: JSONValue = [
      "a": .null, "b": .boolean(true), "c": .integer(-3), "d": .number(0.1), "e": "é \"\\\n\t\u{1}",
      "f": .array([.integer(1), .array([])]), "g": ["inner": .object([])],
    ]
    #expect(try JSONValue(parsing: Data(value.description.utf8)) == value)
    #expect(try JSONValue(parsing: value.fileContents) == value)
  }

  @Test func completesAnObjectByItsMissingMembersAlone() {
    let value: JSONValue = ["a": .integer(1), "b": ["c": .null]]
    let defaults: JSONValue = ["b": ["d": .null], "a": .integer(2), "e": .boolean(true)]
    #expect(
      value.completed(by: defaults) == ["a": .integer(1), "b": ["c": .null], "e": .boolean(true)])
    #expect(JSONValue.integer(1).completed(by: defaults) == .integer(1))
  }

  @Test func putsEachMemberOnALineOfAFile() {
    let value: JSONValue = ["z": .array([.integer(1), .integer(2)]), "a": ["b": .null]]
    let text = String(decoding: value.fileContents, as: UTF8.self)
    #expect(text == "{\n  \"z\": [1, 2],\n  \"a\": {\n    \"b\": null\n  }\n}\n")
  }

  @Test func tellsOneFromTrueAndFromAFraction() throws {
    let value = try JSONValue(parsing: Data("[1, true, 1.5, \"1\"]".utf8))
    #expect(value == .array([.integer(1), .boolean(true), .number(1.5), .text("1")]))
  }

  @Test func writesNullForWhatIsNotFiniteOrMissing() {
    #expect(JSONValue(Double.nan) == .null)
    #expect(JSONValue(Double.infinity) == .null)
    #expect(JSONValue(nil as Int?) == .null)
    #expect(JSONValue.number(.nan).description == "null")
  }

  @Test(arguments: [
    ("", "unexpected end of file during JSON parse"), ("{\"a\" 1}", "around character"),
    ("{\"a\": 1e999}", "not representable"),
  ])
  func saysWhyATextIsNoJSON(text: String, reason: String) throws {
    let error = #expect(throws: JSONValue.ParsingError.self) {
      try JSONValue(parsing: Data(text.utf8))
    }
    #expect(try #require(error).reason.contains(reason))
  }

  @Test func encodesKeysInSnakeCaseAndDecodesThem() throws {
    struct Pair: Codable, Equatable { var firstName = "a" }
    let value = try JSONValue(encoding: Pair())
    #expect(value == ["first_name": "a"])
    #expect(try value.decoded(as: Pair.self) == Pair())
  }
}
