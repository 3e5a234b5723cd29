import Files
import State

/// Writes the numbers of an experiment as an event file, which TensorBoard shows.
///
/// Each column is a tag, `train/return`, and each measurement too, as `evaluation/greedy_mean_return`;
/// the step is that of the experiment's position.
public final class TensorBoardWriter: MetricSink {
  /// The same in every folder, so that a run that is continued goes on with its file.
  static let fileName = TensorBoardEvents.fileName

  private let file: RowFile

  /// Creates the file at `path`, or goes on with it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: What to keep of a file that another writer has begun.
  /// - Throws: `Failure` if the file exists (does not exist or is shorter) or cannot be written.
  public init(_ path: Path, keeping byteCount: Int? = nil) throws(Failure) {
    file = try RowFile(path, keeping: byteCount)
    if byteCount ?? 0 == 0 {
      try file.append { $0.append(contentsOf: TensorBoardEvents().beginning()) }
    }
  }

  public var byteCount: Int { file.byteCount }

  public func record(_ row: MetricRow, at step: Int, kind: String?) throws(Failure) {
    let events = TensorBoardEvents(prefix: kind ?? "train")
    let scalars = row.fields.compactMap { field in
      field.value.number.map { (field.name, Float($0)) }
    }
    guard !scalars.isEmpty else { return }
    try file.append { $0.append(contentsOf: events.scalars(step: step, scalars)) }
  }

  public func flush() throws(Failure) { try file.flush() }
  public func synchronize() throws(Failure) { try file.synchronize() }
  public func close() throws(Failure) { try file.close() }
}
