import Files
import Foundation
import State

/// The download of one file into a folder.
struct FileDownload {
  private let file: PublishedFile
  /// Where the file ends up, and where it is until it is complete.
  private let destination, part: Path
  /// What the user can do if all mirrors fail.
  private let advice: String

  init(_ file: PublishedFile, into folder: Path, advice: String) {
    self.file = file
    self.advice = advice
    destination = folder.appending(file.name)
    part = folder.appending(file.name + ".part")
  }

  /// Tries one mirror after the other until the file is there.
  ///
  /// - Throws: `Failure` if all fail, the folder cannot be written to, another file has the name, or
  ///   everything is to end.
  func run(mirrors: [URL], _ monitor: Monitor) throws(Failure) {
    if Folder.hasEntry(destination) {
      guard isRight(destination) else {
        throw .file(
          destination.text, "is another file than the published one",
          fix: "delete it, or choose another folder")
      }
      return monitor.warn("\(file.name) is there")
    }
    let part = try PartialFile(part)
    if isRight(part.path) { return try finish(part, monitor) }
    var failures: [String] = []
    for mirror in mirrors {
      guard let failure = try fetch(from: mirror, into: part, monitor) else {
        return try finish(part, monitor)
      }
      failures.append("\(mirror.host() ?? mirror.absoluteString): \(failure)")
      monitor.warn("\(file.name) failed from \(failures[failures.count - 1])")
    }
    if part.count == 0 { part.remove() }
    throw .file(
      destination.text, "cannot be downloaded (\(failures.joined(separator: ", ")))",
      fix: "try again later, " + advice)
  }

  /// Tries one mirror; returns why it failed.
  private func fetch(
    from mirror: URL, into part: PartialFile, _ monitor: Monitor
  ) throws(Failure) -> String? {
    let url = mirror.appending(path: file.name, directoryHint: .notDirectory)
    // What has all bytes and is not right cannot be continued.
    if part.count >= file.size { try part.clear() }
    while true {
      let start = part.count
      monitor.warn(
        start == 0
          ? "\(file.name): downloading \(url.absoluteString)"
          : "\(file.name): continuing \(url.absoluteString) after \(start) bytes")
      let failure: String
      switch try Curl.download(url, to: part, after: start, atMost: file.size, monitor) {
      case .complete:
        if isRight(part.path) { return nil }
        failure = "it sent a file with another checksum"
      case .tooLong:
        failure = "it has more than the \(file.size) bytes of the file"
      case .cannotContinue:
        failure = "it could not continue"
      case .failed(let reason):
        return reason
      case .missing:
        throw .file(
          destination.text, "cannot be downloaded: there is no program curl",
          fix: "install curl, " + advice)
      }
      try part.clear()
      // What was there before may be to blame: once more, from the first byte.
      if start == 0 { return failure }
    }
  }

  private func finish(_ part: PartialFile, _ monitor: Monitor) throws(Failure) {
    try part.finish(as: destination)
    monitor.warn("\(file.name) is complete, \(part.count) bytes")
  }

  private func isRight(_ path: Path) -> Bool {
    guard let data = try? RegularFile.contents(of: path, atMost: file.largestSize) else {
      return false
    }
    return file.matches(data)
  }
}
