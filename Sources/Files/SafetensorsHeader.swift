import State

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
  init(parsing bytes: [UInt8]) throws(JSONError) {
    // The format reserves every other beginning, white space included.
    guard bytes.first == UInt8(ascii: "{") else {
      throw JSONError(message: "its header does not start with \"{\"")
    }
    var scanner = JSONScanner(bytes)
    var header = SafetensorsHeader()
    try scanner.object { key, scanner throws(JSONError) in
      if key == Self.metadataKey {
        try scanner.object { key, scanner throws(JSONError) in
          header.metadata[key] = try scanner.string()
        }
      } else {
        header.entries.append(try Self.entry(named: key, from: &scanner))
      }
    }
    guard scanner.isAtEnd() else {
      throw JSONError(message: "its header goes on after the closing \"}\"")
    }
    self = header
  }

  private static func entry(
    named name: String, from scanner: inout JSONScanner
  ) throws(JSONError) -> Entry {
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner throws(JSONError) in
      switch key {
      case "dtype": dtype = try scanner.string()
      case "shape": shape = try scanner.wholeNumbers()
      case "data_offsets": offsets = try scanner.wholeNumbers()
      default:
        throw JSONError(
          message: "array \(name.quotedBriefly) has the unknown property \(key.quotedBriefly)")
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw JSONError(
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
        .map { "\(JSONValue.quoted($0.key)):\(JSONValue.quoted($0.value))" }
      members.append("\(JSONValue.quoted(Self.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    members += entries.map { entry in
      let shape = entry.shape.map { "\($0)" }.joined(separator: ",")
      return
        "\(JSONValue.quoted(entry.name)):{\"dtype\":\(JSONValue.quoted(entry.dtype)),\"shape\":[\(shape)],"
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
}
