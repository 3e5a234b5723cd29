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

/// A program found by the search path, which writes to its standard output.
private final class ChildProcess {
  private let process: pid_t
  /// The ends of the pipes from its standard output and its standard error.
  private let output, errors: Int32

  /// Starts the program; `nil` if there is none.
  init?(_ arguments: [String]) {
    var (outputEnds, errorEnds): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&outputEnds) == 0 else { return nil }
    guard pipe(&errorEnds) == 0 else {
      for end in outputEnds { close(end) }
      return nil
    }
    // Other processes that this one starts meanwhile must not keep the pipes open.
    for end in outputEnds + errorEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputEnds[1], 1)
    posix_spawn_file_actions_adddup2(&actions, errorEnds[1], 2)

    var process = pid_t()
    var argv = arguments.map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + environment { free(string) } }
    let failure = posix_spawnp(&process, arguments[0], &actions, nil, &argv, &environment)
    close(outputEnds[1])
    close(errorEnds[1])
    (self.process, output, errors) = (process, outputEnds[0], errorEnds[0])
    guard failure == 0 else { return nil }
  }

  deinit {
    close(output)
    close(errors)
  }

  /// Waits for the program's end.
  ///
  /// - Parameter take: Is given what the program writes to its standard output, and nothing ten times a
  ///   second where it writes nothing; whether the program may go on.
  /// - Returns: The exit code (128 and more for a signal) and what it wrote to its standard error.
  func run(
    _ take: (ArraySlice<UInt8>) throws(Failure) -> Bool
  ) throws(Failure) -> (status: Int32, message: String) {
    var message: [UInt8] = []
    do throws(Failure) {
      try read(take, errors: { message += $0.prefix(1 << 16 - message.count) })
    } catch {
      _ = end(killing: true)
      throw error
    }
    return (end(killing: false), String(decoding: message, as: UTF8.self))
  }

  private func read(
    _ take: (ArraySlice<UInt8>) throws(Failure) -> Bool,
    errors takeErrors: (ArraySlice<UInt8>) -> Void
  ) throws(Failure) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var ends = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while ends.contains(where: { $0.fd >= 0 }) {
      let ready = poll(&ends, nfds_t(ends.count), 100)
      if ready <= 0 {
        _ = try take([])
        continue
      }
      for index in ends.indices where ends[index].revents != 0 {
        let count = Foundation.read(ends[index].fd, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          // Negative descriptors are left out.
          ends[index].fd = -1
          continue
        }
        if index == 1 {
          takeErrors(chunk[..<count])
        } else if try !take(chunk[..<count]) {
          kill(process, SIGKILL)
          return
        }
      }
    }
  }

  private func end(killing: Bool) -> Int32 {
    if killing { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
