import Files
import Foundation
import Testing

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Data(text.utf8))
  }

  /// Why a text is refused; "" if it is not.
  private func problem(_ text: String) -> String {
    do throws(JSONError) {
      _ = try parse(text)
      return ""
    } catch {
      return error.message
    }
  }

  // MARK: Values

  @Test func readsAllKindsOfValuesInOrder() throws {
    let value = try parse(
      """
      {"z": null, "a": [true, false, [], {}],\t"n": -1.5e3,
       "i": 12, "t": "x"}\r\n
      """)
    #expect(
      value == [
        "z": .null, "a": .array([.boolean(true), .boolean(false), .array([]), .object([])]),
        "n": .number(-1500), "i": .integer(12), "t": "x",
      ])
    #expect(value.members?.map(\.name) == ["z", "a", "n", "i", "t"])
    #expect(value["i"]?.integer == 12 && value["i"]?.double == 12 && value["i"]?.text == nil)
    #expect(value["n"]?.integer == nil && value["n"]?.double == -1500 && value["t"]?.text == "x")
    #expect(value["none"] == nil && value["t"]?["x"] == nil && value["t"]?.members == nil)
  }

  @Test(
    arguments: [
      ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .number(0x1p63)), ("1.0", .number(1)), ("1e2", .number(100)),
      ("1E+2", .number(100)), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-999", .number(0)),
      ("-0.0", .number(-0.0)),
    ] as [(String, JSONValue)])
  func readsNumbers(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(arguments: [
    "nan", "NaN", "inf", "Infinity", "-Infinity", "0x10", "01", "-01", "+1", ".5", "1.", "1.e1",
    "1e",
    "1e+", "--1", "1_000", "1e999", "-1e999", "True", "none", "tru", "nulll",
  ])
  func refusesWhatIsNoNumberOrWord(text: String) {
    #expect(problem("[\n\(text)]").hasPrefix("\"\(text)\" is "))
    #expect(problem("[\n\(text)]").hasSuffix(" in line 2"))
  }

  // MARK: Strings

  @Test(arguments: [
    (#""""#, ""), (#" "ab" "#, "ab"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    (#""\u00e4\u20AC""#, "ä€"), (#""\ud83d\ude80""#, "🚀"), (#""\u0000""#, "\0"), (#""🚀ä""#, "🚀ä"),
  ])
  func readsStrings(json: String, text: String) throws {
    #expect(try parse(json) == .text(text))
  }

  @Test(arguments: [
    #""abc"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud83d""#, #""\ud83dx""#,
    #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude80""#, "\"a\nb\"", "'a'", "abc",
  ])
  func refusesBrokenStrings(json: String) {
    #expect(problem(json) != "")
  }

  @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: Data([0x22] + bytes + [0x22]))
    }
    #expect(error?.message == "a string is not UTF-8 in line 1")
  }

  // MARK: To the letter

  @Test(arguments: [
    ("{\"seed\": 1,\n \"seed\": 2}", "\"seed\" stands twice in line 2"),
    (#"{"a": 1, "\u0061": 2}"#, "\"a\" stands twice in line 1"),
    ("{\"a\": {\"b\": 1,\n\n\"b\": 1}}", "\"b\" stands twice in line 3"),
    ("{\"seed\": 1,\n}", "a comma stands before \"}\" in line 2"),
    ("[1,\n2,\n]", "a comma stands before \"]\" in line 3"),
    ("{,}", "\"\"\" is missing in line 1"), ("[,1]", "a value is missing in line 1"),
    ("[1 2]", "\",\" is missing in line 1"), ("{\"a\" 1}", "\":\" is missing in line 1"),
    ("{\"a\":}", "a value is missing in line 1"), ("[1,\n2", "\"]\" is missing in line 2"),
    ("", "a value is missing in line 1"), ("{} {}", "something follows the closing bracket"),
    ("{\"a\": 1} // no", "something follows the closing bracket"),
    ("\u{feff}{}", "a value is missing in line 1"),
    ("{\"\u{1b}\": 1}", "a string holds an unescaped control character in line 1"),
  ])
  func refusesByNameAndLine(text: String, message: String) {
    #expect(problem(text) == message)
  }

  @Test func wordsFromOutsideAreEscapedAndCut() {
    let long = String(repeating: "x", count: 3000)
    #expect(problem("{\"\(long)\": 1, \"\(long)\": 2}").utf8.count < 120)
    #expect(
      problem(#"{"\u001b[31m": 1, "\u001b[31m": 2}"#) == #""\u{1B}[31m" stands twice in line 1"#)
    #expect(problem(long).utf8.count < 120)
  }

  @Test(.timeLimit(.minutes(1))) func deepNestingIsRefusedAtOnce() throws {
    for depth in [65, 500, 100_000] {
      let arrays = String(repeating: "[", count: depth)
      #expect(problem(arrays) == "values are nested too deeply in line 1")
      let objects = String(repeating: "{\"a\":", count: depth)
      #expect(problem(objects) == "values are nested too deeply in line 1")
    }
    let most = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try "\(parse(most))" == most)
  }

  /// Time that grew with the square of the length would need many minutes for any of these.
  @Test(.timeLimit(.minutes(1))) func timeGrowsWithTheLengthAlone() throws {
    let count = 5000
    let members = (0..<count).map { "\"key \($0)\": \($0).5" }.joined(separator: ",\n")
    #expect(try parse("{\(members)}").members?.count == count)
    #expect(
      try parse("\"" + String(repeating: "\\u00e4", count: count) + "\"").text?.count == count)
    let digits = String(repeating: "1", count: 20 * count)
    #expect(problem(digits).hasSuffix("is too large in line 1"))
    #expect(try parse("0." + digits).double.map { abs($0 - 1 / 9.0) < 1e-15 } == true)
    #expect(try parse(String(repeating: " \n", count: 20 * count) + "1") == .integer(1))
  }

  // MARK: Round trips

  @Test func readsWhatItHasWritten() throws {
    let value: JSONValue = [
      "none": JSONValue(nil as Int?), "nan": JSONValue(Double.nan), "third": .number(1.0 / 3),
      "whole": .number(200), "zero": .number(-0.0), "tiny": .number(.leastNonzeroMagnitude),
      "count": .integer(.min),
      "flag": .boolean(true), "empty": .object([]), "list": .array([.integer(1), .array([])]),
      "inner": ["quote \" \\ \n\r\t\u{8}\u{c}\0\u{1f}\u{7f}é🚀": "\u{2028}"],
    ]
    for text in [Data("\(value)".utf8), value.fileContents] {
      let read = try JSONValue(parsing: text)
      #expect(read == value)
      #expect(read["zero"]?.double?.sign == .minus)
      #expect(try JSONSerialization.jsonObject(with: text) is [String: Any])
    }
    #expect(!"\(value)".contains("\n"))
    #expect("\(JSONValue.number(.infinity))" == "null")
  }

  @Test func filesAreLaidOutInLines() {
    let value: JSONValue = ["a": .integer(1), "b": ["c": .array([.integer(1), .integer(2)])]]
    #expect(
      String(decoding: value.fileContents, as: UTF8.self) == """
        {
          "a": 1,
          "b": {
            "c": [1, 2]
          }
        }

        """)
  }

  @Test func typesWithKeysInSnakeCaseGoInAndOut() throws {
    struct Point: Codable, Equatable {
      var firstPart = 1
      var other = [0.5]
    }
    let value = try JSONValue(encoding: Point())
    #expect(value == ["first_part": .integer(1), "other": .array([.number(0.5)])])
    #expect(try value.decoded(as: Point.self) == Point())
  }

  /// Thousands of damaged texts from a fixed seed: none may crash the reader, and what it accepts must
  /// be accepted by another reader and survive a round trip.
  @Test func damagedTexts() throws {
    let seed = Array(
      #"{"a": [1, -2.5e-3, true], "b\u00e4\ud83d\ude80": {"c": null, "d": ""}, "e": "x\\\n"}"#.utf8)
    let alphabet = Array("0123456789-+.eE{}[]\",:\\u \n\0\u{7f}ntx".utf8)
    var generator = SplitMix64(state: 4)
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, index + Int.random(in: 1...9, using: &generator))
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
        case 2: bytes.removeSubrange(index..<end)
        default: bytes.insert(contentsOf: bytes[index..<end], at: index)
        }
      }
      guard let value = try? JSONValue(parsing: Data(bytes)) else { continue }
      accepted += 1
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      }
      #expect(try JSONValue(parsing: value.fileContents) == value)
    }
    #expect(accepted > 100 && accepted < 3000)
  }
}
