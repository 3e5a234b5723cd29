import Foundation
import State

/// Writes files whole or not at all.
public enum AtomicFile {
  /// Writes `data` to `path`, replacing a file that is there.
  ///
  /// The bytes go to a temporary file in the same folder, which takes the name of `path` only when
  /// they are on the disk. After a crash, a full disk or a power failure at any moment, `path` holds
  /// either its old contents or all of the new ones. A file that is replaced keeps its permissions;
  /// links are not followed.
  ///
  /// - Parameter replacing: Whether a file that is there may be replaced.
  /// - Throws: `Failure` if the folder is missing or not writable, the disk is full, or `path` is a
  ///   folder, a link or a device.
  public static func write(
    _ data: Data, to path: Path, replacing: Bool = true
  ) throws(Failure) {
    let mode = try permissions(of: path, replacing: replacing)
    let (temporary, descriptor) = try makeTemporary(for: path)
    try finish(
      temporary, descriptor, as: path, mode, replacing: replacing, writeAll(data, to: descriptor))
  }

  /// Begins a file that another program is to write, into an empty one beside `path`; at the end it is
  /// published or discarded.
  ///
  /// - Throws: As `write`.
  package static func begin(_ path: Path, replacing: Bool = true) throws(Failure) -> Path {
    _ = try permissions(of: path, replacing: replacing)
    let (temporary, descriptor) = try makeTemporary(for: path)
    close(descriptor)
    return temporary
  }

  /// Gives a file that was begun its name, once its bytes are on the disk. If that fails, it is
  /// discarded.
  ///
  /// - Throws: As `write`.
  package static func publish(
    _ temporary: Path, as path: Path, replacing: Bool = true
  ) throws(Failure) {
    let descriptor = open(temporary.text, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path.text, cannotBe: "written", code: errno) }
    try finish(
      temporary, descriptor, as: path, permissions(of: path, replacing: replacing),
      replacing: replacing, 0)
  }

  /// Deletes a file that was begun.
  package static func discard(_ temporary: Path) { unlink(temporary.text) }

  /// Makes an empty file in the folder of `path`, and opens it.
  private static func makeTemporary(for path: Path) throws(Failure) -> (Path, Int32) {
    let temporary = path.parent.appending(
      "\(temporaryPrefix)\(UInt64.random(in: 0 ... .max))\(temporarySuffix)")
    let descriptor = open(
      temporary.text, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path.text, cannotBe: "written", code: errno) }
    return (temporary, descriptor)
  }

  /// Brings a temporary file to the disk, closes it and gives it its name, or deletes it.
  ///
  /// - Parameters:
  ///   - mode: The permissions it is to have, if not its own.
  ///   - failure: The `errno` of what has failed already, or 0.
  private static func finish(
    _ temporary: Path, _ descriptor: Int32, as path: Path, _ mode: mode_t?, replacing: Bool,
    _ failure: Int32
  ) throws(Failure) {
    var failure = failure
    if let mode, fchmod(descriptor, mode) != 0, failure == 0 { failure = errno }
    if fsync(descriptor) != 0, failure == 0 { failure = errno }
    // Some network file systems report a failed write only here.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0 { failure = move(temporary, to: path, replacing: replacing) }
    guard failure == 0 else {
      unlink(temporary.text)
      throw .system(path.text, cannotBe: "written", code: failure)
    }
    synchronize(folder: path.parent)
  }

  /// Deletes what processes have left in a folder that were killed while they wrote. Nobody else may
  /// be writing there.
  public static func removeRemains(in folder: Path) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.text)) ?? []
    for name in names where name.hasPrefix(temporaryPrefix) && name.hasSuffix(temporarySuffix) {
      unlink(folder.appending(name).text)
    }
  }

  private static let temporaryPrefix = ".writing-"
  private static let temporarySuffix = ".tmp"

  /// The permissions of the file that is to be replaced, `nil` without one.
  private static func permissions(of path: Path, replacing: Bool) throws(Failure) -> mode_t? {
    var status = stat()
    guard lstat(path.text, &status) == 0 else { return nil }
    let problem: Int32? =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: EISDIR
      case S_IFLNK: ELOOP
      case S_IFREG: replacing ? nil : EEXIST
      default: nil
      }
    if let problem { throw .system(path.text, cannotBe: "written", code: problem) }
    // Renaming onto /dev/null would replace the device.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file(
        path.text, "cannot be written: it is not a regular file", fix: "choose another name")
    }
    return status.st_mode & 0o7777
  }

  /// Gives the file its name; returns 0 or the `errno` of the failure.
  private static func move(_ temporary: Path, to path: Path, replacing: Bool) -> Int32 {
    if replacing { return rename(temporary.text, path.text) == 0 ? 0 : errno }
    // A link, unlike a renaming, fails where something has taken the name in the meantime.
    guard link(temporary.text, path.text) == 0 else { return errno }
    unlink(temporary.text)
    return 0
  }

  /// Brings the new name to the disk. Not every file system can; the contents are safe by now, so
  /// a failure is not worth an error.
  private static func synchronize(folder: Path) {
    let descriptor = open(folder.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Writes all bytes; returns 0 or the `errno` of the failure.
package func writeAll(_ bytes: some ContiguousBytes, to descriptor: Int32) -> Int32 {
  bytes.withUnsafeBytes { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }
}
