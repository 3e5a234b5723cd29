#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that grows by whole rows of text.
///
/// Rows gather in memory; a flush writes all of them. When that fails half-way, as on a full disk,
/// the part that was written is cut off again, so that the file ends with a whole row.
final class RowFile {
  /// How many bytes gather before they are written without being asked for.
  private static let capacity = 1 << 16

  private let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var writtenCount = 0

  /// Creates the file, which must not exist.
  init(creating url: URL) throws(LoggingError) {
    path = url.relativePath
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path, code: errno) }
    buffer.reserveCapacity(Self.capacity + 1024)
  }

  /// Opens a file that exists and cuts it off after `byteCount` bytes.
  init(continuing url: URL, at byteCount: Int) throws(LoggingError) {
    path = url.relativePath
    descriptor = open(url.path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path, code: errno) }
    guard lseek(descriptor, 0, SEEK_END) >= off_t(byteCount) else {
      throw .tooShort(path, byteCount: byteCount)
    }
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw .system(path, code: errno) }
    writtenCount = byteCount
    buffer.reserveCapacity(Self.capacity + 1024)
  }

  /// The length of the file once everything that has gathered is written.
  var byteCount: Int { writtenCount + buffer.count }

  deinit {
    // Nobody is left to hear of an error; whoever cares calls `close`.
    try? close()
  }

  /// Adds the row that `write` appends, and a line feed.
  ///
  /// - Precondition: The file is not closed.
  func appendRow(_ write: (inout [UInt8]) -> Void) throws(LoggingError) {
    precondition(descriptor >= 0, "\(path) is closed and takes no more rows")
    write(&buffer)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.capacity { try flush() }
  }

  /// Writes the rows that have gathered. After an error they are kept for another attempt.
  func flush() throws(LoggingError) {
    var count = 0
    while count < buffer.count {
      let result = buffer.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress?.advanced(by: count), bytes.count - count)
      }
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else {
        let code = errno
        ftruncate(descriptor, off_t(writtenCount))
        throw .system(path, code: code)
      }
      count += result
    }
    writtenCount += count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Flushes and closes the file; does nothing if that was done.
  func close() throws(LoggingError) {
    guard descriptor >= 0 else { return }
    defer {
      descriptor = -1
      buffer = []
    }
    do {
      try flush()
    } catch {
      closeDescriptor(descriptor)
      throw error
    }
    // Some network file systems report a failed write only here.
    guard closeDescriptor(descriptor) == 0 else { throw .system(path, code: errno) }
  }
}

/// `close(2)` under a name that methods called `close` do not hide.
@discardableResult
private func closeDescriptor(_ descriptor: Int32) -> Int32 {
  close(descriptor)
}
