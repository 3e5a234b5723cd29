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

/// Writes files whole or not at all.
public enum AtomicFile {
  /// Writes `data` to `url`, replacing a file that is there.
  ///
  /// The bytes go to a temporary file in the same folder, which takes the name of `url` only when
  /// they are on the disk. After a crash, a full disk or a power failure at any moment, `url` holds
  /// either its old contents or all of the new ones.
  ///
  /// - Throws: `CheckpointError` if the folder is missing or not writable, the disk is full, or
  ///   `url` is a folder or a device.
  public static func write(_ data: Data, to url: URL) throws(CheckpointError) {
    let destination = try resolvedPath(of: url)
    let folder = URL(filePath: destination).deletingLastPathComponent()
    let temporary = folder.appending(path: ".\(UInt64.random(in: 0 ... .max)).tmp").path
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .system(url.relativePath, cannotBe: "written", code: errno)
    }

    var failure = writeAll(data, to: descriptor)
    if fsync(descriptor) != 0, failure == 0 { failure = errno }
    // Some network file systems report a failed write only here.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, destination) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw .system(url.relativePath, cannotBe: "written", code: failure)
    }
    synchronize(folder: folder.path)
  }

  /// The path that a link at `url` leads to, or that of `url`; a file there must be a regular one,
  /// because renaming onto `/dev/null` would replace the device.
  private static func resolvedPath(of url: URL) throws(CheckpointError) -> String {
    let file = url.relativePath
    var status = stat()
    guard stat(url.path, &status) == 0 else {
      // A new name. The folder's own problems show when the temporary file is opened.
      return url.path
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .system(file, cannotBe: "written", code: EISDIR)
    }
    guard status.st_mode & S_IFMT == S_IFREG, let path = realpath(url.path, nil) else {
      throw CheckpointError(
        file: file, problem: "cannot be written: it is not a regular file",
        fix: "choose another name")
    }
    defer { free(path) }
    return String(cString: path)
  }

  /// Brings the new name to the disk. Not every file system can; the contents are safe by now, so
  /// a failure is not worth an error.
  private static func synchronize(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Writes all bytes; returns 0 or the `errno` of the failure.
private func writeAll(_ data: Data, to descriptor: Int32) -> Int32 {
  data.withUnsafeBytes { bytes in
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
