import Files
import Foundation
import Synchronization

/// Standard output and error, as far as commands use them.
public enum StandardStreams {
  private static let hasLostOutput = Atomic(false)

  /// Makes both streams safe to use.
  ///
  /// Where a descriptor was closed by whoever started the program, the next file would be opened under
  /// its number and take in what is printed. That nobody reads a pipe any more, or that a file has
  /// reached its greatest size, becomes an error of the write instead of the end of the program.
  public static func prepare() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDWR)
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Writes a line of results on standard output.
  public static func output(_ line: String) {
    let code = writeAll(Data((line + "\n").utf8), to: STDOUT_FILENO)
    // A reader that has left has what it wanted.
    if code != 0, code != EPIPE { hasLostOutput.store(true, ordering: .relaxed) }
  }

  /// Writes a line for whoever watches on standard error; nothing can be done if that fails.
  public static func note(_ line: String) {
    _ = writeAll(Data((line + "\n").utf8), to: STDERR_FILENO)
  }

  /// Whether results did not reach standard output, as on a full disk.
  public static var isOutputLost: Bool { hasLostOutput.load(ordering: .relaxed) }
}
