import Testing

@testable import Checkpoints

@Suite struct JSONScannerTests {
  private func string(_ json: String) throws -> String {
    var scanner = JSONScanner(Array(json.utf8))
    let text = try scanner.string()
    let isAtEnd = scanner.isAtEnd()
    #expect(isAtEnd)
    return text
  }

  private func numbers(_ json: String) throws -> [Int] {
    var scanner = JSONScanner(Array(json.utf8))
    let numbers = try scanner.wholeNumbers()
    let isAtEnd = scanner.isAtEnd()
    #expect(isAtEnd)
    return numbers
  }

  @Test(arguments: [
    (#""""#, ""), (#" "ab" "#, "ab"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    (#""\u00e4\u20AC""#, "ä€"), (#""\ud83d\ude80""#, "🚀"), (#""\u0000""#, "\0"), (#""🚀ä""#, "🚀ä"),
  ])
  func readsStrings(json: String, text: String) throws {
    #expect(try string(json) == text)
  }

  @Test(arguments: [
    "", "abc", #""abc"#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud83d""#, #""\ud83dx""#,
    #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude80""#, "\"a\nb\"",
  ])
  func refusesBrokenStrings(json: String) {
    #expect(throws: JSONScanner.Failure.self) { try string(json) }
  }

  @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    var scanner = JSONScanner([0x22] + bytes + [0x22])
    #expect(throws: JSONScanner.Failure.self) { try scanner.string() }
  }

  @Test func readsWholeNumbers() throws {
    #expect(try numbers(" [ 0 , 12,9223372036854775807 ] ") == [0, 12, .max])
    #expect(try numbers("[]") == [])
  }

  @Test(arguments: [
    "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[-1]", "[1.0]", "[1e3]", "[01]", "[+1]", "[\"1\"]",
    "[9223372036854775808]", "[99999999999999999999]", "[null]", "[[1]]", "1",
  ])
  func refusesWhatIsNoListOfWholeNumbers(json: String) {
    #expect(throws: JSONScanner.Failure.self) { try numbers(json) }
  }

  @Test func refusesARepeatedKey() throws {
    var scanner = JSONScanner(Array(#"{"a":[1],"b":[2],"\u0061":[3]}"#.utf8))
    var keys: [String] = []
    let error = #expect(throws: JSONScanner.Failure.self) {
      try scanner.object { key, scanner throws(JSONScanner.Failure) in
        keys.append(key)
        _ = try scanner.wholeNumbers()
      }
    }
    #expect(keys == ["a", "b"])
    #expect(error?.message == "the header has \"a\" twice")
  }

  @Test func quotesWithoutControlCharactersAndBriefly() {
    #expect("w\u{1b}[31m\u{9b}é".quotedBriefly == #""w\u{1B}[31m\u{009B}\u{00E9}""#)
    #expect(String(repeating: "x", count: 61).quotedBriefly.count == 63)
    #expect(String(repeating: "x", count: 60).quotedBriefly.count == 62)
  }
}
