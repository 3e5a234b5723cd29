import Files

/// The values that a setting may have.
public enum LegalValues: Sendable, Equatable {
  case integers(ClosedRange<Int>)
  case numbers(ClosedRange<Double>)
  /// Above zero, up to a bound; also as a 32-bit float.
  case positive(through: Double)
  case choice([String])
  /// The widths of layers: `64,64` on the command line, `[64, 64]` in a file.
  case widths
  case truth
  /// Any text; whether there is something of this name is found out elsewhere.
  case name

  /// Integers from a bound on; there are no more than 10¹² of anything.
  public static func integers(from lower: Int) -> LegalValues { .integers(lower...largest) }

  private static let largest = 1_000_000_000_000
  private static let widthRange = 1...4096

  /// The legal values, as the end of "must be …".
  var description: String {
    switch self {
    case .integers(let range):
      range.upperBound == Self.largest ? "an integer of \(brief)" : "an integer from \(brief)"
    case .numbers: "a number from \(brief)"
    case .positive: "a number \(brief)"
    case .choice, .truth, .name: brief
    case .widths: "layer widths from 1 to 4096 such as 64,64, or none"
    }
  }

  /// The legal values in a few words.
  public var brief: String {
    switch self {
    case .integers(let range) where range.upperBound == Self.largest: "\(range.lowerBound) or more"
    case .integers(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .numbers(let range): "\(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
    case .positive(let bound): "above 0, at most \(Self.short(bound))"
    case .choice(let names): Self.enumeration(names)
    case .widths: "1 to 4096 each, or none"
    case .truth: "true or false"
    case .name: "a name"
    }
  }

  /// Whether a value from a file is legal.
  func contains(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.integers(let range), .integer(let value)): range.contains(value)
    case (.numbers(let range), .integer), (.numbers(let range), .number):
      value.double.map(range.contains) ?? false
    case (.positive(let bound), .integer), (.positive(let bound), .number):
      // 10⁻⁵⁰ is positive, but the networks' numbers have 32 bits.
      value.double.map { Float($0) > 0 && $0 <= bound } ?? false
    case (.choice(let names), .text(let value)): names.contains(value)
    case (.widths, .array(let values)):
      values.count <= 64 && values.allSatisfy { LegalValues.integers(Self.widthRange).contains($0) }
    case (.truth, .boolean), (.name, .text): true
    default: false
    }
  }

  /// The value that a flag's text stands for; `nil` if it is not legal.
  func parse(_ text: String) -> JSONValue? {
    let value: JSONValue? =
      switch self {
      case .integers: Int(text).map { .integer($0) }
      case .numbers, .positive: Double(text).map { .number($0) }
      case .choice, .name: .text(text)
      case .truth: Bool(text).map { .boolean($0) }
      case .widths: Self.parseWidths(text)
      }
    guard let value, contains(value) else { return nil }
    return value
  }

  private static func parseWidths(_ text: String) -> JSONValue? {
    if text == "none" { return .array([]) }
    let widths = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0).map { JSONValue.integer($0) }
    }
    return widths.contains(nil) ? nil : .array(widths.compactMap { $0 })
  }

  private static func enumeration(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  /// Without the decimals of a whole number.
  private static func short(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
