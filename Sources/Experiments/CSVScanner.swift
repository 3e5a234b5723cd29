/// Takes a CSV table apart as it grows; a row counts once its line has ended.
struct CSVScanner: Sendable {
  private var row: [String] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var wasQuoted = false

  /// Reads what follows what was read before.
  ///
  /// - Parameters:
  ///   - bytes: The next bytes of the file.
  ///   - use: Called with the fields of each row that ends in them.
  mutating func scan(_ bytes: some Sequence<UInt8>, _ use: ([String]) -> Void) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""):
        // Two in a row stand for one.
        if wasQuoted { field.append(byte) }
        isQuoted.toggle()
        wasQuoted = !isQuoted
        continue
      case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        if byte == UInt8(ascii: "\n") {
          use(row)
          row.removeAll(keepingCapacity: true)
        }
      default: field.append(byte)
      }
      wasQuoted = false
    }
  }

  /// The number in a field: true counts as 1 and false as 0; `nil` of anything else.
  static func number(_ field: String) -> Double? {
    Double(field) ?? Bool(field).map { $0 ? 1 : 0 }
  }
}
