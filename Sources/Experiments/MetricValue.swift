/// One measured value, as a log stores it.
///
/// Numbers are written in the shortest form that reads back as the same number, in every locale, so
/// that equal runs write equal bytes.
public enum MetricValue: Sendable, Equatable {
  /// A count or an index.
  case integer(Int)
  /// A number of the network: written with the digits that a `Float` needs, not a `Double`.
  case float(Float)
  /// A return, a time, a statistic.
  case double(Double)
  /// A name or a message.
  case text(String)
  /// A yes or a no, written as `true` or `false`.
  case flag(Bool)
  /// Not measured: an empty field of a table, `null` in JSON.
  case missing
}

extension MetricValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// A count.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A yes or a no.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  /// No value.
  public init(nilLiteral: ()) { self = .missing }
}

extension MetricValue {
  /// A count, or `missing` for `nil`.
  public init(_ value: Int?) { self = value.map(Self.integer) ?? .missing }
  /// A number, or `missing` for `nil`.
  public init(_ value: Float?) { self = value.map(Self.float) ?? .missing }
  /// A number, or `missing` for `nil`.
  public init(_ value: Double?) { self = value.map(Self.double) ?? .missing }
  /// A text, or `missing` for `nil`.
  public init(_ value: String?) { self = value.map(Self.text) ?? .missing }
}

extension MetricValue {
  /// The value as a number; `nil` if it is none.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    case .flag(let value): value ? 1 : 0
    case .text, .missing: nil
    }
  }
}

// MARK: - Text

extension MetricValue {
  /// Appends the value as a field of a CSV row; numbers that are not finite read `nan`, `inf`, `-inf`.
  func appendCSV(to bytes: inout [UInt8]) {
    switch self {
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    // A NaN's sign and payload depend on the processor and must not show.
    case .float(let value):
      bytes.append(contentsOf: value.isNaN ? "nan".utf8 : value.description.utf8)
    case .double(let value):
      bytes.append(contentsOf: value.isNaN ? "nan".utf8 : value.description.utf8)
    case .text(let value): bytes.appendCSVField(value)
    case .flag(let value): bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    case .missing: break
    }
  }

  /// Appends the value as JSON, which has no numbers that are not finite: those become `null`.
  func appendJSON(to bytes: inout [UInt8]) {
    switch self {
    case .float(let value) where !value.isFinite: bytes.append(contentsOf: "null".utf8)
    case .double(let value) where !value.isFinite: bytes.append(contentsOf: "null".utf8)
    case .text(let value): bytes.appendJSONString(value)
    case .missing: bytes.append(contentsOf: "null".utf8)
    case .integer, .float, .double, .flag: appendCSV(to: &bytes)
    }
  }
}

extension [UInt8] {
  /// Appends a field, in quotes where RFC 4180 asks for them. A text that is empty gets them too,
  /// to tell it from a missing value.
  mutating func appendCSVField(_ text: String) {
    let needsQuotes =
      text.isEmpty
      || text.utf8.contains { byte in
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        default: false
        }
      }
    guard needsQuotes else { return append(contentsOf: text.utf8) }
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { append(byte) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a string in JSON's quotes, with only those characters escaped that must be.
  mutating func appendJSONString(_ text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case UInt8(ascii: "\n"): append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
        append(contentsOf: String(byte, radix: 16).utf8)
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
