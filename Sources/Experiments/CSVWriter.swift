import Files
import State

/// Writes the rows of an experiment as comma-separated values (RFC 4180, with line feeds alone), in
/// fixed columns.
///
/// The file begins with one line of column names and always ends with a whole row.
public final class CSVWriter: MetricSink {
  private let columns: [String]
  private let file: RowFile
  /// The row at hand, one value per column; kept, so that a row costs no allocation.
  private var values: [MetricValue]

  /// Creates the file at `path`, whose first line names `columns`, or goes on with it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - columns: The names in its first line, one at least and all different.
  ///   - byteCount: What to keep of a file that another writer of the same columns has begun.
  /// - Throws: `Failure` if the file exists (does not exist or is shorter) or cannot be written.
  public init(_ path: Path, columns: [String], keeping byteCount: Int? = nil) throws(Failure) {
    precondition(!columns.isEmpty, "a table needs at least one column")
    precondition(
      Set(columns).count == columns.count, "two columns have the same name: \(columns)")
    self.columns = columns
    values = Array(repeating: .missing, count: columns.count)
    file = try RowFile(path, keeping: byteCount)
    guard byteCount == nil else { return }
    for (index, column) in columns.enumerated() { values[index] = .text(column) }
    try writeValues()
    try flush()
  }

  public var byteCount: Int { file.byteCount }

  /// Writes one row of the table; measurements have a place elsewhere.
  ///
  /// - Precondition: Every name in `row` is that of a column. A column that `row` does not mention
  ///   stays empty.
  public func record(_ row: MetricRow, at step: Int, kind: String?) throws(Failure) {
    guard kind == nil else { return }
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

  public func flush() throws(Failure) { try file.flush() }
  public func synchronize() throws(Failure) { try file.synchronize() }
  public func close() throws(Failure) { try file.close() }

  private func writeValues() throws(Failure) {
    try file.append { bytes in
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.appendCSV(to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }
}
