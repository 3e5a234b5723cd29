#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes one JSON object a line, each with the names that its row has.
///
/// Numbers that are not finite, which JSON does not know, and missing values become `null`. The file
/// always ends with a whole line; lines reach it when 64 KiB have gathered, on `flush` and on
/// `close`.
public final class JSONLinesWriter: MetricSink {
  private let file: RowFile

  /// Creates the file at `url`.
  ///
  /// - Throws: `LoggingError` if the file exists or cannot be written.
  public init(creating url: URL) throws(LoggingError) {
    file = try RowFile(creating: url)
  }

  public func record(_ row: MetricRow) throws(LoggingError) {
    try file.appendRow { bytes in
      bytes.append(UInt8(ascii: "{"))
      for (index, field) in row.fields.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.appendJSONString(field.name)
        bytes.append(UInt8(ascii: ":"))
        field.value.appendJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  public func flush() throws(LoggingError) {
    try file.flush()
  }

  public func close() throws(LoggingError) {
    try file.close()
  }
}
