import Foundation
import State

/// Reads whole files, with errors that a user understands.
public enum RegularFile {
  /// The contents of the file at `path`.
  ///
  /// - Parameters:
  ///   - limit: The number of bytes above which the file is refused, before any memory is taken for
  ///     it.
  ///   - allowsPipes: Whether a pipe is read to its end too, as shells make them for `<(…)`.
  /// - Throws: `Failure` if there is no such file, it may not be read, it is too large, or it is a
  ///   folder or an endless device.
  public static func contents(
    of path: Path, atMost limit: Int = .max, allowsPipes: Bool = false
  ) throws(Failure) -> Data {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let flags = O_RDONLY | O_CLOEXEC | (allowsPipes ? 0 : O_NONBLOCK)
    let descriptor = open(path.text, flags)
    guard descriptor >= 0 else { throw .system(path.text, cannotBe: "read", code: errno) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(path.text, cannotBe: "read", code: errno)
    }
    let type = status.st_mode & S_IFMT
    guard type != S_IFDIR else { throw .system(path.text, cannotBe: "read", code: EISDIR) }
    guard type == S_IFREG || (allowsPipes && type == S_IFIFO) else {
      throw .file(
        path.text, "cannot be read: it is not a regular file", fix: "name another file")
    }
    let tooLarge = Failure.file(
      path.text, "has more than the \(limit) bytes allowed here", fix: "name another file")
    guard status.st_size <= limit else { throw tooLarge }

    var data = Data()
    data.reserveCapacity(Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system(path.text, cannotBe: "read", code: errno) }
      if count == 0 { return data }
      guard data.count + count <= limit else { throw tooLarge }
      data.append(contentsOf: buffer[..<count])
    }
  }
}
