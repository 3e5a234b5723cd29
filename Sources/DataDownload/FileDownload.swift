import Checkpoints

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

/// The download of one file into a folder.
struct FileDownload {
  private let file: PublishedFile
  /// Where the file ends up, and where it is until it is complete.
  private let destination, part: URL
  /// What the user can do if all mirrors fail.
  private let advice: String

  init(_ file: PublishedFile, into folder: URL, advice: String) {
    self.file = file
    self.advice = advice
    destination = folder.appending(path: file.name, directoryHint: .notDirectory)
    part = folder.appending(path: file.name + ".part", directoryHint: .notDirectory)
  }

  /// Tries one mirror after the other until the file is there.
  ///
  /// - Throws: `CheckpointError` if all fail or the folder cannot be written to.
  func run(mirrors: [URL], report: (String) -> Void) throws(CheckpointError) {
    if isRight(destination) {
      report("\(file.name) is there")
      return
    }
    try makePart()
    if isRight(part) { return try finish(report) }
    var failures: [String] = []
    for mirror in mirrors {
      guard let failure = try fetch(from: mirror, report: report) else {
        return try finish(report)
      }
      failures.append("\(mirror.host() ?? mirror.absoluteString): \(failure)")
      report("\(file.name) failed from \(failures[failures.count - 1])")
    }
    if size(of: part) == 0 { unlink(part.path) }
    throw CheckpointError(
      file: destination.relativePath,
      problem: "cannot be downloaded (\(failures.joined(separator: ", ")))",
      fix: "try again later, " + advice)
  }

  /// Tries one mirror; returns why it failed.
  private func fetch(
    from mirror: URL, report: (String) -> Void
  ) throws(CheckpointError) -> String? {
    let url = mirror.appending(path: file.name, directoryHint: .notDirectory)
    while true {
      let start = size(of: part)
      report(
        start == 0
          ? "\(file.name): downloading \(url.absoluteString)"
          : "\(file.name): continuing \(url.absoluteString) after \(start) bytes")
      let failure: String
      switch Curl.download(url, to: part) {
      case .complete:
        if isRight(part) { return nil }
        failure = "it sent a file with another checksum"
      case .cannotContinue:
        failure = "it could not continue"
      case .failed(let reason):
        return reason
      case .cannotWrite:
        throw CheckpointError(
          file: part.relativePath, problem: "cannot be written",
          fix: "free some space on the disk and try again")
      case .missing:
        throw CheckpointError(
          file: destination.relativePath,
          problem: "cannot be downloaded: there is no program curl",
          fix: "install curl, " + advice)
      }
      unlink(part.path)
      // What was there before may be to blame: once more, from the first byte.
      if start == 0 { return failure }
    }
  }

  /// Makes sure that the partial file is there and can be written to.
  private func makePart() throws(CheckpointError) {
    let descriptor = open(part.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .system(part.relativePath, cannotBe: "written", code: errno)
    }
    close(descriptor)
  }

  /// Gives the partial file its name, once its bytes are on the disk.
  private func finish(_ report: (String) -> Void) throws(CheckpointError) {
    let descriptor = open(part.path, O_RDONLY | O_CLOEXEC)
    fsync(descriptor)
    close(descriptor)
    guard rename(part.path, destination.path) == 0 else {
      throw .system(destination.relativePath, cannotBe: "written", code: errno)
    }
    report("\(file.name) is complete, \(size(of: destination)) bytes")
  }

  private func isRight(_ url: URL) -> Bool {
    guard let data = try? RegularFile.contents(of: url, atMost: 1 << 30) else { return false }
    return file.matches(data)
  }

  private func size(of url: URL) -> Int {
    var status = stat()
    return stat(url.path, &status) == 0 ? Int(status.st_size) : 0
  }
}
