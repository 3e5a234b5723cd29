import Foundation
import State

/// A small file that one process has for itself, on all machines that share the file system, until it
/// closes it or ends.
///
/// A folder cannot be locked everywhere: network file systems lock only what can be written.
public final class LockedFile: Sendable {
  private let path: Path
  private let descriptor: Int32

  /// Locks a file, which is made if it is missing; `nil` if another process has it, or if its folder is
  /// not there any more.
  ///
  /// - Throws: `Failure` if it cannot be opened or the file system has no locks.
  public init?(ifFree path: Path) throws(Failure) {
    let descriptor = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(path.text, cannotBe: "opened", code: errno)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw .system(path.text, cannotBe: "locked", code: code)
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// What stands in the file, of at most 100 bytes.
  public var text: String {
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Puts another text into the file.
  public func write(_ text: String) throws(Failure) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .system(path.text, cannotBe: "written", code: errno)
    }
    let code = writeAll(Data(text.utf8), to: descriptor)
    guard code == 0 else { throw .system(path.text, cannotBe: "written", code: code) }
  }

  /// Whether a process has locked a file; not so where there is none.
  public static func isLocked(_ path: Path) -> Bool {
    let descriptor = open(path.text, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    flock(descriptor, LOCK_UN)
    return false
  }
}
