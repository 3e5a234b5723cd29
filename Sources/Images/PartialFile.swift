import Files
import Foundation
import State

/// A file that is being downloaded: open for as long as it is written, and never another file that
/// somebody has put a link to in its place.
final class PartialFile {
  let path: Path
  private let descriptor: Int32

  /// Opens the file, which may be there already.
  ///
  /// - Throws: `Failure` if it cannot be written, or is a link or no regular file.
  init(_ path: Path) throws(Failure) {
    self.path = path
    let descriptor = open(
      path.text, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path.text, cannotBe: "written", code: errno) }
    // From here on `deinit` closes it, also after an error; closed twice, it would be somebody else's.
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1
    else {
      throw .file(
        path.text, "cannot be written: it is not a regular file, or has other names",
        fix: "delete it first")
    }
  }

  deinit { close(descriptor) }

  /// The number of bytes.
  var count: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  func append(_ bytes: ArraySlice<UInt8>) throws(Failure) {
    let code = writeAll(bytes, to: descriptor)
    guard code == 0 else { throw .system(path.text, cannotBe: "written", code: code) }
  }

  /// Drops all bytes.
  func clear() throws(Failure) {
    guard ftruncate(descriptor, 0) == 0 else {
      throw .system(path.text, cannotBe: "written", code: errno)
    }
  }

  func remove() { unlink(path.text) }

  /// Gives the file its final name, once its bytes are on the disk.
  ///
  /// - Throws: `Failure` if there is anything of that name.
  func finish(as destination: Path) throws(Failure) {
    // A link, unlike a renaming, fails where something has taken the name in the meantime.
    guard fsync(descriptor) == 0, link(path.text, destination.text) == 0 else {
      throw .system(destination.text, cannotBe: "written", code: errno)
    }
    remove()
  }
}
