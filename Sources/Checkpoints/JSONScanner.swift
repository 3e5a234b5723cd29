/// Reads JSON tokens one after the other from bytes that may be hostile.
///
/// A scanner of our own, because general decoders accept an object that has the same key twice.
/// It knows what a safetensors header may contain (objects, arrays, strings, whole numbers) and
/// nothing recursive, so nesting cannot exhaust the stack.
struct JSONScanner {
  /// What is wrong with the text, and where.
  struct Failure: Error {
    let message: String
  }

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
    _ body: (_ key: String, _ scanner: inout JSONScanner) throws(Failure) -> Void
  ) throws(Failure) {
    var keys: Set<String> = []
    try sequence(from: "{", to: "}") { scanner throws(Failure) in
      let key = try scanner.string()
      guard keys.insert(key).inserted else {
        throw Failure(message: "the header has \(key.quotedBriefly) twice")
      }
      try scanner.expect(":")
      try body(key, &scanner)
    }
  }

  /// Reads `[0, 12, …]`.
  mutating func wholeNumbers() throws(Failure) -> [Int] {
    var numbers: [Int] = []
    try sequence(from: "[", to: "]") { scanner throws(Failure) in
      numbers.append(try scanner.wholeNumber())
    }
    return numbers
  }

  /// Reads a string with all of JSON's escapes.
  mutating func string() throws(Failure) -> String {
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

  // MARK: Parts

  private mutating func sequence(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    _ element: (inout JSONScanner) throws(Failure) -> Void
  ) throws(Failure) {
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
      try expect(",")
    }
  }

  private mutating func wholeNumber() throws(Failure) -> Int {
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

  private mutating func escapedCharacter() throws(Failure) -> String {
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

  private mutating func hexadecimalUnit() throws(Failure) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("an escape lacks its four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
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

  private func failure(_ problem: String) -> Failure {
    Failure(message: "its header is not valid JSON: \(problem) at byte \(position)")
  }
}

extension String {
  /// The string as an ASCII literal of at most about 60 characters, safe to print to a terminal.
  var quotedBriefly: String {
    let scalars = unicodeScalars.prefix(60)
    let isWhole = scalars.endIndex == unicodeScalars.endIndex
    return "\"" + scalars.map { $0.escaped(asASCII: true) }.joined() + (isWhole ? "\"" : "…\"")
  }
}
