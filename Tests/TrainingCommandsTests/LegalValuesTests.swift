import Testing

@testable import TrainingCommands

@Suite struct LegalValuesTests {
  static let accepted: [(LegalValues, String, JSONValue)] = [
    (.integers(1...5), "5", .integer(5)), (.integers(0...Int.max), "0", .integer(0)),
    (.numbers(0...1), "1", .number(1)), (.numbers(0...1), "1e-3", .number(0.001)),
    (.positive(through: 2), "0.5", .number(0.5)), (.choice(["a", "b"]), "b", .text("b")),
    (.widths, "64,32", .array([.integer(64), .integer(32)])), (.widths, "none", .array([])),
    (.truth, "false", .boolean(false)), (.name, "x", .text("x")),
  ]

  @Test(arguments: accepted)
  func acceptsWhatIsLegal(legal: LegalValues, text: String, value: JSONValue) {
    #expect(legal.parse(text) == value)
    #expect(legal.contains(value))
  }

  @Test(arguments: [
    (LegalValues.integers(1...5), ["0", "6", "1.5", "x", "", "nan", "99999999999999999999"]),
    (.numbers(0...1), ["nan", "inf", "-inf", "-0.1", "1.1", "x", ""]),
    (.positive(through: 2), ["0", "-1", "2.1", "nan"]),
    (.choice(["a", "b"]), ["c", "A", ""]),
    (.widths, ["0", "64,", ",", "64,4097", "-1", "x", "", "1.5"]),
    (.truth, ["yes", "1"]),
  ])
  func rejectsWhatIsNot(legal: LegalValues, texts: [String]) {
    for text in texts { #expect(legal.parse(text) == nil, "\(text)") }
  }

  @Test func rejectsValuesOfAnotherKind() {
    #expect(!LegalValues.integers(1...5).contains(.number(2.5)))
    #expect(!LegalValues.integers(1...5).contains(.text("2")))
    #expect(!LegalValues.numbers(0...1).contains(.boolean(true)))
    #expect(!LegalValues.widths.contains(.text("64,64")))
    #expect(!LegalValues.truth.contains(.integer(1)))
    #expect(!LegalValues.name.contains(.null))
  }

  @Test func acceptsWholeNumbersAsNumbers() {
    #expect(LegalValues.numbers(0...1).contains(.integer(1)))
    #expect(LegalValues.positive(through: 2).contains(.integer(2)))
    #expect(!LegalValues.positive(through: 2).contains(.integer(0)))
  }

  @Test func describesItself() {
    #expect(LegalValues.integers(1...5).description == "an integer from 1 to 5")
    #expect(LegalValues.integers(1...Int.max).description == "an integer of 1 or more")
    #expect(LegalValues.numbers(0...0.5).description == "a number from 0 to 0.5")
    #expect(LegalValues.positive(through: 10).description == "a number above 0, at most 10")
    #expect(LegalValues.choice(["a", "b", "c"]).description == "a, b or c")
  }
}
