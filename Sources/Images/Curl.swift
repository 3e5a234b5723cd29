import Files
import Foundation
import State

/// Downloads files with the program `curl`.
///
/// It continues where a download broke off, and knows proxies and the system's certificates.
/// Foundation's networking leaves the former to its callers, and every program that links it would
/// load it at each start, most of them in vain.
enum Curl {
  /// How a download ended.
  enum Outcome: Equatable {
    /// The server has sent all it has.
    case complete
    /// The server cannot continue from the bytes that are there.
    case cannotContinue
    /// The server has more to send than was expected.
    case tooLong
    /// There is no program `curl`.
    case missing
    /// Anything else, with curl's words.
    case failed(String)
  }

  /// Downloads `url` (HTTPS, from this machine itself also HTTP) to the end of a file.
  ///
  /// curl writes into a pipe, so that it opens no file, and ends when the limit is reached, whatever the
  /// server has announced.
  ///
  /// - Parameters:
  ///   - url: What to download; it may lead elsewhere, but only by HTTPS.
  ///   - file: The file, open for writing, with the first `start` bytes.
  ///   - start: How many bytes there are already.
  ///   - limit: How many bytes the file may have in the end.
  ///   - monitor: Tells when to end, and is told how many bytes there are.
  /// - Throws: `Failure` if the file cannot be written, or everything is to end.
  static func download(
    _ url: URL, to file: PartialFile, after start: Int, atMost limit: Int, _ monitor: Monitor
  ) throws(Failure) -> Outcome {
    precondition(start < limit, "download: \(start) bytes of \(limit)")
    let arguments = [
      "curl", "--fail", "--location", "--silent", "--show-error", "--no-buffer",
      "--proto", isLocal(url) ? "=http,https" : "=https", "--proto-redir", "=https",
      "--connect-timeout", "15", "--speed-limit", "100", "--speed-time", "30",
      "--max-filesize", "\(limit - start)", "--continue-at", "\(start)", "--output", "-",
      "--url", url.absoluteString,
    ]
    guard let process = ChildProcess(arguments) else { return .missing }
    var count = start
    var isTooLong = false
    let (status, message) = try process.run { bytes throws(Failure) in
      try monitor.check("downloading \(url.lastPathComponent)", count, of: limit)
      isTooLong = bytes.count > limit - count
      try file.append(bytes.prefix(limit - count))
      count += bytes.count
      return !isTooLong
    }
    try monitor.check()
    switch status {
    case _ where isTooLong: return .tooLong
    case 0: return .complete
    case 63: return .tooLong
    // The server ignores ranges, has not this one, or the bytes that are there cannot be used.
    case 33, 36: return .cannotContinue
    case 22 where message.contains("416"): return .cannotContinue
    default:
      // "curl: (6) Could not resolve host: example.org"
      let reason = message.split(separator: "\n").last.map(String.init) ?? "curl failed"
      let words = reason.firstRange(of: ") ").map { String(reason[$0.upperBound...]) } ?? reason
      return .failed(words.printable)
    }
  }

  /// Whether an address is this machine's own, which nobody on the way can change the contents of.
  private static func isLocal(_ url: URL) -> Bool {
    ["127.0.0.1", "localhost", "::1"].contains(url.host() ?? "")
  }
}
