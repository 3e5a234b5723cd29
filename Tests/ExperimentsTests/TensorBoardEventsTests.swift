import Experiments
import Foundation
import Testing

@Suite struct TensorBoardEventsTests {
  private typealias Events = TensorBoardEvents

  private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // MARK: Framing

  /// The CRC-32C of `data`, taken out of its record.
  private func sum(of data: [UInt8]) -> UInt32 {
    let stored = Events.record(data).suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let turned = stored &- 0xA282_EAD8
    return turned << 15 | turned >> 17
  }

  /// The examples of RFC 3720, appendix B.4, and the usual check value.
  @Test func sumsAreThoseOfTheStandard() {
    #expect(sum(of: Array("123456789".utf8)) == 0xE306_9283)
    #expect(sum(of: []) == 0)
    #expect(sum(of: Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(sum(of: Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(sum(of: Array(0..<32)) == 0x46DD_794E)
    #expect(sum(of: Array((0..<32).reversed())) == 0x113F_DB5C)
  }

  @Test func recordsHaveTheLengthTwoSumsAndTheMessage() {
    let data = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    let record = Events.record(data)
    #expect(record.count == 316)
    #expect(Array(record[0..<8]) == [44, 1, 0, 0, 0, 0, 0, 0])
    let lengthSum = Events.record(Array(record[0..<8])).suffix(4)
    #expect(Array(record[8..<12]) == Array(lengthSum))
    #expect(Array(record[12..<312]) == data)
    #expect(hexadecimal(Events.record([])) == "000000000000000029039807d8ea82a2")
  }

  // MARK: Messages

  /// The bytes that TensorFlow's own protocol-buffer code and framing give.
  @Test func bytesAreThoseOfTheReference() {
    #expect(
      hexadecimal(Events.beginning(wallTime: 1.5))
        == "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c")
    let values: [(tag: String, value: Float)] = [("a/é", -2.5), ("b", 0)]
    #expect(
      hexadecimal(Events.scalars(step: 300, wallTime: 1.5, values))
        == "2500000000000000eabc36f309000000000000f83f10ac022a170a0b0a04612fc3a9"
        + "15000020c00a080a01621500000000141f407d")
    #expect(
      hexadecimal(Events.scalars(step: -1, wallTime: 1.5, values))
        == "2d000000000000003c418afb09000000000000f83f10ffffffffffffffffff012a170a0b0a04612fc3a9"
        + "15000020c00a080a01621500000000a5f475b0")
  }

  @Test(
    arguments: [
      (0, "00"), (127, "7f"), (128, "8001"), (16383, "ff7f"), (16384, "808001"),
      (.max, "ffffffffffffffff7f"), (.min, "80808080808080808001"),
    ])
  func stepsAreVarints(step: Int, expected: String) {
    let record = Events.scalars(step: step, wallTime: 0, [])
    // After the frame's 12 bytes come the time's 9 and the step's key; the empty summary has two.
    #expect(record[21] == 0x10)
    #expect(hexadecimal(record[22..<record.count - 6]) == expected)
  }

  @Test func longTagsHaveLongLengths() {
    let tag = String(repeating: "é", count: 100)
    let record = Events.scalars(step: 0, wallTime: 0, [(tag, 1)])
    // The summary, its value and the tag have 211, 208 and 200 bytes, each length in two.
    #expect(hexadecimal(record[23..<32]) == "2ad3010ad0010ac801")
    #expect(record.count == 12 + 9 + 2 + 3 + 211 + 4)
  }

  @Test func valuesKeepTheirBits() {
    let values: [Float] = [
      0, -0.0, -2.5, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    for value in values {
      let record = Events.scalars(step: 0, wallTime: 0, [("", value)])
      let bits = record.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
      #expect(bits == value.bitPattern)
    }
  }

  @Test func allNaNsAreAlike() {
    let usual = Events.scalars(step: 0, wallTime: 0, [("a", .nan)])
    for value in [-Float.nan, .signalingNaN, Float(nan: 77, signaling: false)] {
      #expect(Events.scalars(step: 0, wallTime: 0, [("a", value)]) == usual)
    }
  }

  @Test func timesMustBeFinite() async {
    await #expect(processExitsWith: .failure) {
      print(TensorBoardEvents.beginning(wallTime: .nan))
    }
    await #expect(processExitsWith: .failure) {
      print(TensorBoardEvents.scalars(step: 0, wallTime: .infinity, []))
    }
  }

  // MARK: The clock and the group

  @Test func aPrefixGroupsTheTags() {
    let events = Events(prefix: "train") { 7 }
    #expect(events.tag(for: "return") == "train/return")
    #expect(Events().tag(for: "return") == "return")
    #expect(events.beginning() == Events.beginning(wallTime: 7))
    #expect(
      events.scalars(step: 3, [("return", 1), ("entropy", 2)])
        == Events.scalars(step: 3, wallTime: 7, [("train/return", 1), ("train/entropy", 2)]))
  }

  @Test func timesAreRealUnlessTheClockStandsStill() {
    let before = Date().timeIntervalSince1970
    let bits = Events().beginning()[13..<21].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    let time = Double(bitPattern: bits)
    #expect((before...Date().timeIntervalSince1970).contains(time))

    let rows = (0..<2).map { _ in Events { 0 }.scalars(step: 3, [("return", 1)]) }
    #expect(rows[0] == rows[1])
  }
}
