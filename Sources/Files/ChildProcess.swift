import Foundation
import State

/// A program found by the search path, which reads its standard input and writes to its standard
/// output.
package final class ChildProcess {
  private let process: pid_t
  /// The ends of the pipes from its standard output and its standard error.
  private let output, errors: Int32
  /// The end of the connection to its standard input; −1 once that is closed.
  private var input: Int32
  private var hasEnded = false

  /// Starts the program; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - arguments: The program's name and its arguments.
  ///   - takesInput: Whether `write` is to be used; otherwise the program's input is empty.
  package init?(_ arguments: [String], takesInput: Bool = false) {
    var ends: [[Int32]] = []
    for kind in 0..<(takesInput ? 3 : 2) {
      var pair: [Int32] = [-1, -1]
      // A socket, unlike a pipe, can be written to without a signal where nobody reads any more.
      guard kind == 2 ? socketpair(AF_UNIX, Self.stream, 0, &pair) == 0 : pipe(&pair) == 0 else {
        for end in ends.joined() { close(end) }
        return nil
      }
      ends.append(pair)
    }
    let (outputEnds, errorEnds) = (ends[0], ends[1])
    // Other processes that this one starts meanwhile must not keep the pipes open.
    for end in ends.joined() { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if takesInput {
      posix_spawn_file_actions_adddup2(&actions, ends[2][1], 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, outputEnds[1], 1)
    posix_spawn_file_actions_adddup2(&actions, errorEnds[1], 2)

    var process = pid_t()
    var argv = arguments.map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + environment { free(string) } }
    let failure = posix_spawnp(&process, arguments[0], &actions, nil, &argv, &environment)
    close(outputEnds[1])
    close(errorEnds[1])
    if takesInput { close(ends[2][1]) }
    (self.process, output, errors) = (process, outputEnds[0], errorEnds[0])
    input = takesInput ? ends[2][0] : -1
    #if canImport(Darwin)
      var isSilent: Int32 = 1
      if takesInput { setsockopt(input, SOL_SOCKET, SO_NOSIGPIPE, &isSilent, 4) }
    #endif
    guard failure == 0 else {
      hasEnded = true
      return nil
    }
  }

  deinit {
    if !hasEnded { _ = end(killing: true) }
    closeInput()
    close(output)
    close(errors)
  }

  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
    private static let sendFlags: Int32 = 0
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let sendFlags = Int32(MSG_NOSIGNAL)
  #endif

  /// Writes to the program's standard input, and waits for it to read.
  ///
  /// - Returns: Whether the program has taken everything.
  package func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = send(input, part.baseAddress, part.count, Self.sendFlags)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Tells the program that its standard input has ended.
  package func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for the program's end.
  ///
  /// - Parameter take: Is given what the program writes to its standard output, and nothing ten times a
  ///   second where it writes nothing; whether the program may go on.
  /// - Returns: The exit code (128 and more for a signal) and what it wrote to its standard error.
  package func run(
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
    hasEnded = true
    if killing { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}
