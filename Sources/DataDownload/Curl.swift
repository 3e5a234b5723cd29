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
    /// The file cannot be written to.
    case cannotWrite
    /// There is no program `curl`.
    case missing
    /// Anything else, with curl's words.
    case failed(String)
  }

  /// Downloads `url` (HTTP or HTTPS) to `file`, after the bytes that `file` has, if there are any.
  static func download(_ url: URL, to file: URL) -> Outcome {
    let arguments = [
      "curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https",
      "--connect-timeout", "15", "--speed-limit", "100", "--speed-time", "30",
      "--continue-at", "-", "--output", file.path, "--url", url.absoluteString,
    ]
    guard let (status, message) = run(arguments) else { return .missing }
    switch status {
    case 0: return .complete
    // The server ignores ranges, has not this one, or the bytes that are there cannot be used.
    case 33, 36: return .cannotContinue
    case 23: return .cannotWrite
    case 22 where message.contains("416"): return .cannotContinue
    default:
      // "curl: (6) Could not resolve host: example.org"
      let reason = message.split(separator: "\n").last.map(String.init) ?? "curl failed"
      let words = reason.firstRange(of: ") ").map { String(reason[$0.upperBound...]) }
      return .failed(words ?? reason)
    }
  }

  /// Runs a program found by the search path; returns its exit code (128 and more for a signal) and
  /// what it wrote to its standard error, or `nil` if it cannot be started.
  private static func run(_ arguments: [String]) -> (status: Int32, message: String)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    // Other processes that this one starts meanwhile must not keep the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)

    var process = pid_t()
    var argv = arguments.map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + environment { free(string) } }
    let failure = posix_spawnp(&process, arguments[0], &actions, nil, &argv, &environment)
    close(ends[1])
    guard failure == 0 else { return nil }

    let message = contents(of: ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return (signal == 0 ? status >> 8 & 0xFF : 128 + signal, message)
  }

  /// All that can be read from `descriptor`.
  private static func contents(of descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
