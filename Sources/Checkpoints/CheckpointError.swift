#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why a file or a folder of a run cannot be read or written: one sentence that names it, the
/// problem and the fix.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
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

extension CheckpointError {
  /// A file whose bytes contradict each other or the format.
  static func damaged(_ file: String, _ problem: String) -> CheckpointError {
    CheckpointError(
      file: file, problem: "is not a usable checkpoint: \(problem)",
      fix: "copy it again from its source or train anew")
  }

  /// A failed system call on `file`, told from its `errno`.
  package static func system(
    _ file: String, cannotBe verb: String, code: Int32
  ) -> CheckpointError {
    let (reason, fix) = explanation(of: code)
    return CheckpointError(file: file, problem: "cannot be \(verb): \(reason)", fix: fix)
  }

  private static func explanation(of code: Int32) -> (reason: String, fix: String) {
    switch code {
    case EACCES, EPERM, EROFS:
      ("permission denied", "choose a place that you have access to")
    case ENOSPC, EDQUOT, EFBIG:
      ("the disk is full or its limit reached", "free some space or choose another disk")
    case EISDIR:
      ("it is a folder", "name a file instead")
    case ENOTDIR:
      ("a part of its path is not a folder", "correct the path")
    case ENOENT:
      ("there is no such file or folder", "correct the path or create the folder first")
    case ENAMETOOLONG:
      ("the name is too long", "choose a shorter one")
    case ELOOP:
      ("its symbolic links lead in a circle", "choose another path")
    default:
      (String(cString: strerror(code)), "check the disk and try again")
    }
  }
}
