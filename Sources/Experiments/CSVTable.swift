import Foundation

/// A table with fixed columns that is put together in memory, for files that are written whole; the
/// form is that of `CSVWriter`.
public struct CSVTable: Sendable {
  private let columnCount: Int
  private var bytes: [UInt8] = []

  /// Creates a table without rows, whose first line names `columns`.
  ///
  /// - Precondition: There is at least one column.
  public init(columns: [String]) {
    precondition(!columns.isEmpty, "a table needs at least one column")
    columnCount = columns.count
    addRow(columns.map(MetricValue.text))
  }

  /// Adds a row.
  ///
  /// - Precondition: There is one value for each column.
  public mutating func addRow(_ values: [MetricValue]) {
    precondition(
      values.count == columnCount, "a row of \(values.count) values for \(columnCount) columns")
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      value.appendCSV(to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// The table as the contents of a file.
  public var fileContents: Data { Data(bytes) }
}
