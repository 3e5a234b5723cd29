import Files
import Foundation
import State

/// A file that grows by whole rows.
///
/// Rows gather in memory; a flush writes all of them. When that fails half-way, as on a full disk,
/// the part that was written is cut off again, so that the file ends with a whole row.
final class RowFile {
  /// How many bytes gather before they are written without being asked for.
  private static let capacity = 1 << 16

  private let path: Path
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var writtenCount = 0

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: Its name.
  ///   - byteCount: What to keep of the file that is there, which must have as many bytes; `nil` for a
  ///     file that must not exist yet.
  init(_ path: Path, keeping byteCount: Int?) throws(Failure) {
    self.path = path
    let flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC
    descriptor = open(path.text, byteCount == nil ? flags | O_CREAT | O_EXCL : flags, 0o666)
    guard descriptor >= 0 else { throw failure() }
    buffer.reserveCapacity(Self.capacity + 1024)
    guard let byteCount else { return }
    guard lseek(descriptor, 0, SEEK_END) >= off_t(byteCount) else {
      throw .file(
        path.text, "has lost rows: it should have \(byteCount) bytes at least",
        fix: "restore the file or start anew in another folder")
    }
    // What follows was written after the last checkpoint, and will be written again.
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw failure() }
    writtenCount = byteCount
  }

  /// The length of the file once everything that has gathered is written.
  var byteCount: Int { writtenCount + buffer.count }

  deinit {
    // Nobody is left to hear of an error; whoever cares calls `close`.
    try? close()
  }

  /// Adds the bytes that `write` appends.
  ///
  /// - Precondition: The file is not closed.
  func append(_ write: (inout [UInt8]) -> Void) throws(Failure) {
    precondition(descriptor >= 0, "\(path) is closed and takes no more rows")
    write(&buffer)
    if buffer.count >= Self.capacity { try flush() }
  }

  /// Writes the rows that have gathered. After an error they are kept for another attempt.
  func flush() throws(Failure) {
    guard !buffer.isEmpty else { return }
    let code = writeAll(buffer, to: descriptor)
    guard code == 0 else {
      ftruncate(descriptor, off_t(writtenCount))
      throw .system(path.text, cannotBe: "written", code: code)
    }
    writtenCount += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Brings all rows to the disk, where a power failure does not reach them.
  func synchronize() throws(Failure) {
    try flush()
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  /// Flushes and closes the file; does nothing if that was done.
  func close() throws(Failure) {
    guard descriptor >= 0 else { return }
    defer {
      descriptor = -1
      buffer = []
    }
    do throws(Failure) {
      try flush()
    } catch {
      closeDescriptor(descriptor)
      throw error
    }
    // Some network file systems report a failed write only here.
    guard closeDescriptor(descriptor) == 0 else { throw failure() }
  }

  private func failure() -> Failure { .system(path.text, cannotBe: "written", code: errno) }
}

/// `close(2)` under a name that methods called `close` do not hide.
@discardableResult
private func closeDescriptor(_ descriptor: Int32) -> Int32 {
  close(descriptor)
}
