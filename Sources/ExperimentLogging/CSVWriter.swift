#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a table with fixed columns as comma-separated values (RFC 4180, with line feeds alone).
///
/// The file begins with one line of column names and always ends with a whole row. Rows reach it
/// when 64 KiB have gathered, on `flush` and on `close`.
public final class CSVWriter: MetricSink {
  /// The names in the first line.
  public let columns: [String]

  private let file: RowFile
  /// The row at hand, one value per column; kept, so that a row costs no allocation.
  private var values: [MetricValue]

  /// Creates the file at `url`, whose first line names `columns`.
  ///
  /// - Precondition: There is at least one column, and no two have the same name.
  /// - Throws: `LoggingError` if the file exists or cannot be written.
  public init(creating url: URL, columns: [String]) throws(LoggingError) {
    precondition(!columns.isEmpty, "a table needs at least one column")
    precondition(
      Set(columns).count == columns.count, "two columns have the same name: \(columns)")
    self.columns = columns
    values = Array(repeating: .missing, count: columns.count)
    file = try RowFile(creating: url)
    for (index, column) in columns.enumerated() { values[index] = .text(column) }
    try writeValues()
    try flush()
  }

  /// Goes on with the file at `url`, which another writer of the same columns has begun: what follows
  /// its first `byteCount` bytes is cut off.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - byteCount: Where a row ended, from the other writer's `byteCount`.
  ///   - columns: The names in its first line.
  /// - Throws: `LoggingError` if the file is shorter than that, or cannot be written.
  public init(continuing url: URL, at byteCount: Int, columns: [String]) throws(LoggingError) {
    self.columns = columns
    values = Array(repeating: .missing, count: columns.count)
    file = try RowFile(continuing: url, at: byteCount)
  }

  /// The length of the file in bytes, rows that have not reached it yet included.
  public var byteCount: Int { file.byteCount }

  /// Writes one row. A column that `row` does not mention stays empty.
  ///
  /// - Precondition: Every name in `row` is that of a column.
  public func record(_ row: MetricRow) throws(LoggingError) {
    for index in values.indices { values[index] = .missing }
    for (position, field) in row.fields.enumerated() {
      // Rows usually list all columns in order; only others need the search.
      let isInOrder = position < columns.count && columns[position] == field.name
      guard let index = isInOrder ? position : columns.firstIndex(of: field.name) else {
        preconditionFailure("\"\(field.name)\" is none of the columns \(columns)")
      }
      values[index] = field.value
    }
    try writeValues()
  }

  public func flush() throws(LoggingError) {
    try file.flush()
  }

  public func close() throws(LoggingError) {
    try file.close()
  }

  private func writeValues() throws(LoggingError) {
    try file.appendRow { bytes in
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.appendCSV(to: &bytes)
      }
    }
  }
}
