import State

/// Reads JSON tokens one after the other from bytes that may be hostile.
///
/// A scanner of our own, because general decoders accept an object that has the same key twice, and
/// take time that grows with the power of the nesting.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Whether only white space is left.
  mutating func isAtEnd() -> Bool {
    skipWhitespace()
    return position == bytes.count
  }

  /// Reads `{"key": value, …}`, leaving each value to `body`; a repeated key is a failure.
  mutating func object(
    _ body: (_ key: String, _ scanner: inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    var keys: Set<String> = []
    try sequence(from: "{", to: "}") { scanner throws(JSONError) in
      let key = try scanner.string()
      guard keys.insert(key).inserted else {
        throw scanner.failure("\(key.quotedBriefly) stands twice")
      }
      try scanner.expect(":")
      try body(key, &scanner)
    }
  }

  /// Reads `[0, 12, …]`.
  mutating func wholeNumbers() throws(JSONError) -> [Int] {
    var numbers: [Int] = []
    try sequence(from: "[", to: "]") { scanner throws(JSONError) in
      numbers.append(try scanner.wholeNumber())
    }
    return numbers
  }

  /// Reads a string with all of JSON's escapes.
  mutating func string() throws(JSONError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard let byte = next() else { throw failure("a string does not end") }
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure("a string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"):
        text.append(contentsOf: try escapedCharacter().utf8)
      case 0..<0x20:
        throw failure("a string holds an unescaped control character")
      default:
        text.append(byte)
      }
    }
  }

  /// Reads any value; one that is nested deeper than `depth` is a failure.
  mutating func value(depth: Int = 64) throws(JSONError) -> JSONValue {
    skipWhitespace()
    guard depth > 0 else { throw failure("values are nested too deeply") }
    switch peek() {
    case UInt8(ascii: "{"):
      var members: [JSONValue.Member] = []
      try object { key, scanner throws(JSONError) in
        members.append(.init(name: key, value: try scanner.value(depth: depth - 1)))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var values: [JSONValue] = []
      try sequence(from: "[", to: "]") { scanner throws(JSONError) in
        values.append(try scanner.value(depth: depth - 1))
      }
      return .array(values)
    case UInt8(ascii: "\""): return .text(try string())
    default: return try wordOrNumber()
    }
  }

  // MARK: Parts

  private mutating func wordOrNumber() throws(JSONError) -> JSONValue {
    let start = position
    while let byte = peek(), isPartOfWord(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "": throw failure("a value is missing")
    default:
      guard Self.isNumber(bytes[start..<position]) else {
        throw failure("\(text.quotedBriefly) is no value")
      }
      if let integer = Int(text) { return .integer(integer) }
      guard let number = Double(text), number.isFinite else {
        throw failure("\(text.quotedBriefly) is too large")
      }
      return .number(number)
    }
  }

  /// Whether a word is a number by JSON's own grammar, which knows neither "nan" nor "0x1" nor "01".
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func skip(_ characters: Unicode.Scalar...) -> Bool {
      guard let byte = rest.first, characters.contains(Unicode.Scalar(byte)) else { return false }
      rest.removeFirst()
      return true
    }
    func skipDigits() -> Bool {
      let count = rest.count
      rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return rest.count < count
    }
    _ = skip("-")
    guard skip("0") || skipDigits() else { return false }
    if skip("."), !skipDigits() { return false }
    if skip("e", "E") {
      _ = skip("-", "+")
      guard skipDigits() else { return false }
    }
    return rest.isEmpty
  }

  private func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func sequence(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    _ element: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try expect(opening)
    skipWhitespace()
    if peek() == UInt8(ascii: closing) {
      position += 1
      return
    }
    while true {
      try element(&self)
      skipWhitespace()
      if peek() == UInt8(ascii: closing) {
        position += 1
        return
      }
      guard peek() != nil else { throw failure("\"\(closing)\" is missing") }
      try expect(",")
      skipWhitespace()
      if peek() == UInt8(ascii: closing) {
        throw failure("a comma stands before \"\(closing)\"")
      }
    }
  }

  private mutating func wholeNumber() throws(JSONError) -> Int {
    skipWhitespace()
    let start = position
    var value = 0
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw failure("a number is too large") }
      value = sum
      position += 1
    }
    let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    guard position > start, !hasLeadingZero else {
      throw failure("a size or an offset is not a whole number")
    }
    return value
  }

  private mutating func escapedCharacter() throws(JSONError) -> String {
    switch next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try hexadecimalUnit()]
      // Beyond the basic plane, JSON spells a character as two UTF-16 units.
      if UTF16.isLeadSurrogate(units[0]) {
        guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
          throw failure("half of a surrogate pair is missing")
        }
        units.append(try hexadecimalUnit())
      }
      guard let character = String(validating: units, as: UTF16.self) else {
        throw failure("half of a surrogate pair is missing")
      }
      return character
    default: throw failure("a string holds an unknown escape")
    }
  }

  private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("an escape lacks its four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(JSONError) {
    skipWhitespace()
    guard next() == UInt8(ascii: scalar) else { throw failure("\"\(scalar)\" is missing") }
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private func peek() -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func next() -> UInt8? {
    guard let byte = peek() else { return nil }
    position += 1
    return byte
  }

  private func failure(_ problem: String) -> JSONError {
    let line = 1 + bytes[..<position].count { $0 == UInt8(ascii: "\n") }
    return JSONError(message: "\(problem) in line \(line)")
  }
}
