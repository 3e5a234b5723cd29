/// The JSON part of a safetensors file: what the data hold and where, not yet the data.
struct SafetensorsHeader {
  /// Where one array lies.
  struct Entry {
    var name: String
    var dtype: String
    var shape: [Int]
    /// First byte and the byte after the last, counted from the end of the header.
    var begin: Int
    var end: Int
  }

  /// The key that holds free text instead of an array.
  static let metadataKey = "__metadata__"
  /// The longest header that the reference implementation reads, in bytes.
  static let maximumLength = 100_000_000

  var metadata: [String: String] = [:]
  var entries: [Entry] = []
}

// MARK: - Reading

extension SafetensorsHeader {
  /// Reads the JSON text `bytes`; says nothing yet about whether the entries fit the data.
  init(parsing bytes: [UInt8]) throws(JSONScanner.Failure) {
    // The format reserves every other beginning, white space included.
    guard bytes.first == UInt8(ascii: "{") else {
      throw JSONScanner.Failure(message: "its header does not start with \"{\"")
    }
    var scanner = JSONScanner(bytes)
    var header = SafetensorsHeader()
    try scanner.object { key, scanner throws(JSONScanner.Failure) in
      if key == Self.metadataKey {
        try scanner.object { key, scanner throws(JSONScanner.Failure) in
          header.metadata[key] = try scanner.string()
        }
      } else {
        header.entries.append(try Self.entry(named: key, from: &scanner))
      }
    }
    guard scanner.isAtEnd() else {
      throw JSONScanner.Failure(message: "its header goes on after the closing \"}\"")
    }
    self = header
  }

  private static func entry(
    named name: String, from scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) -> Entry {
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner throws(JSONScanner.Failure) in
      switch key {
      case "dtype": dtype = try scanner.string()
      case "shape": shape = try scanner.wholeNumbers()
      case "data_offsets": offsets = try scanner.wholeNumbers()
      default:
        throw JSONScanner.Failure(
          message: "array \(name.quotedBriefly) has the unknown property \(key.quotedBriefly)")
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw JSONScanner.Failure(
        message: "array \(name.quotedBriefly) lacks its dtype, shape or two data_offsets")
    }
    return Entry(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1])
  }
}

// MARK: - Writing

extension SafetensorsHeader {
  /// The JSON text, padded with spaces to a multiple of eight bytes so that the data are aligned.
  ///
  /// Metadata come first and sorted by key, entries follow in their own order, as the reference
  /// implementation has them: equal contents give equal bytes.
  var encoded: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.precedesInUTF8($1.key) }
        .map { "\($0.key.jsonLiteral):\($0.value.jsonLiteral)" }
      members.append("\(Self.metadataKey.jsonLiteral):{\(pairs.joined(separator: ","))}")
    }
    members += entries.map { entry in
      let shape = entry.shape.map { "\($0)" }.joined(separator: ",")
      return "\(entry.name.jsonLiteral):{\"dtype\":\(entry.dtype.jsonLiteral),\"shape\":[\(shape)],"
        + "\"data_offsets\":[\(entry.begin),\(entry.end)]}"
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }
}

extension String {
  /// The order of the UTF-8 bytes. (`<` compares normalised text, which other programs do not.)
  func precedesInUTF8(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// The string in JSON's quotes, with only those characters escaped that must be.
  fileprivate var jsonLiteral: String {
    var literal = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\u{8}": literal += "\\b"
      case "\u{c}": literal += "\\f"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "\t": literal += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
