#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why a log cannot be written: one sentence that names the file, the problem and the fix.
public struct LoggingError: Error, Equatable, CustomStringConvertible {
  /// The path as the user gave it.
  public let file: String
  /// What is wrong with it, as the rest of a sentence that starts with the path.
  public let problem: String
  /// What the user can do about it.
  public let fix: String

  /// Creates an error whose description reads "`file` `problem`; `fix`".
  public init(file: String, problem: String, fix: String) {
    self.file = file
    self.problem = problem
    self.fix = fix
  }

  /// The whole sentence.
  public var description: String { "\(file) \(problem); \(fix)" }
}

extension LoggingError {
  /// A file that should go on after `byteCount` bytes, but has fewer.
  static func tooShort(_ file: String, byteCount: Int) -> LoggingError {
    LoggingError(
      file: file, problem: "has lost rows: it should have \(byteCount) bytes at least",
      fix: "restore the file or start anew in another folder")
  }

  /// A failed system call on `file`, told from its `errno`.
  static func system(_ file: String, code: Int32) -> LoggingError {
    let (reason, fix) =
      switch code {
      case EEXIST:
        ("it is there already", "choose another folder or delete the old file first")
      case EACCES, EPERM, EROFS:
        ("permission denied", "choose a place that you have access to")
      case ENOSPC, EDQUOT, EFBIG:
        ("the disk is full or its limit reached", "free some space or choose another disk")
      case ENOENT, ENOTDIR:
        ("its folder does not exist", "create the folder first")
      default:
        (String(cString: strerror(code)), "check the disk and try again")
      }
    return LoggingError(file: file, problem: "cannot be written: \(reason)", fix: fix)
  }
}
