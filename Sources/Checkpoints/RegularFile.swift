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

/// Reads whole files, with errors that a user understands.
package enum RegularFile {
  /// The contents of the file at `url`.
  ///
  /// - Parameter limit: The number of bytes above which the file is refused, before any memory is
  ///   taken for it.
  /// - Throws: `CheckpointError` if there is no such file, it may not be read, it is too large, or
  ///   it is a folder or an endless device.
  package static func contents(of url: URL, atMost limit: Int = .max) throws(CheckpointError)
    -> Data
  {
    let file = url.relativePath
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(file, cannotBe: "read", code: errno) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(file, cannotBe: "read", code: errno)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .system(file, cannotBe: "read", code: EISDIR)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(
        file: file, problem: "cannot be read: it is not a regular file", fix: "name another file")
    }
    guard status.st_size <= limit else {
      throw CheckpointError(
        file: file, problem: "has \(status.st_size) bytes, more than the \(limit) allowed here",
        fix: "name another file")
    }

    var data = Data(count: Int(status.st_size))
    var length = 0
    while length < data.count {
      let count = data.withUnsafeMutableBytes { bytes in
        read(descriptor, bytes.baseAddress?.advanced(by: length), bytes.count - length)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system(file, cannotBe: "read", code: errno) }
      if count == 0 { break }
      length += count
    }
    return data.prefix(length)
  }
}
