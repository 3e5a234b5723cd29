import Files
import Foundation
import State

/// Writes numbers as an event file that TensorBoard reads.
public final class TensorBoardWriter: MetricSink {
  /// The same in every folder, so that a run that is continued goes on with its file.
  public static let fileName = "events.out.tfevents.0.swift-relax"

  private let file: RowFile

  public init(_ path: Path, keeping byteCount: Int? = nil) throws(Failure) {
    file = try RowFile(path, keeping: byteCount)
  }

  public var byteCount: Int { file.byteCount }

  public func record(_ row: MetricRow, at step: Int, kind: String?) throws(Failure) {}

  public func flush() throws(Failure) { try file.flush() }
  public func synchronize() throws(Failure) { try file.synchronize() }
  public func close() throws(Failure) { try file.close() }
}
