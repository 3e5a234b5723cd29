import Files
import State

/// Writes the measurements of an experiment, which have no fixed columns, as one JSON object a line.
///
/// The file is made with its first line. Numbers that are not finite, which JSON does not know, and
/// missing values become `null`.
public final class JSONLinesWriter: MetricSink {
  private let path: Path
  private var file: RowFile?

  /// Prepares the file at `path`, or goes on with it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: What to keep of a file that another writer has begun.
  /// - Throws: `Failure` if that is shorter.
  public init(_ path: Path, keeping byteCount: Int? = nil) throws(Failure) {
    self.path = path
    // Without a line there has been no file, or one that is to be written again.
    if let byteCount, byteCount > 0 { file = try RowFile(path, keeping: byteCount) }
  }

  public var byteCount: Int { file?.byteCount ?? 0 }

  /// Writes a line for each measurement, and none for rows of the table.
  public func record(_ row: MetricRow, at step: Int, kind: String?) throws(Failure) {
    guard let kind else { return }
    let file = if let file { file } else { try begin() }
    try file.append { bytes in
      bytes.append(contentsOf: "{\"kind\":".utf8)
      bytes.appendJSONString(kind)
      for field in row.fields {
        bytes.append(UInt8(ascii: ","))
        bytes.appendJSONString(field.name)
        bytes.append(UInt8(ascii: ":"))
        field.value.appendJSON(to: &bytes)
      }
      bytes.append(contentsOf: "}\n".utf8)
    }
  }

  public func flush() throws(Failure) { try file?.flush() }
  public func synchronize() throws(Failure) { try file?.synchronize() }
  public func close() throws(Failure) { try file?.close() }

  private func begin() throws(Failure) -> RowFile {
    let file = try RowFile(path, keeping: Folder.hasEntry(path) ? 0 : nil)
    self.file = file
    return file
  }
}
