#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Why something was not done: one sentence that names the problem and the fix.
///
/// The only error that users of this package meet. What a programmer did wrong is a `precondition`.
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Whose turn it is to put things right.
  public enum Kind: Sendable {
    /// What was asked for makes no sense: exit code 64.
    case usage
    /// What was tried did not work: exit code 1.
    case failed
    /// A computation has ended in numbers that are not finite: exit code 1.
    case divergence
    /// Somebody has asked the program to end: exit code 130, 143 or 129.
    case interruption
  }

  /// Whose turn it is to put things right.
  public let kind: Kind

  /// The whole sentence.
  public let description: String

  /// A failure of a kind that is known from elsewhere.
  package init(kind: Kind, description: String) {
    self.kind = kind
    self.description = description
  }

  /// Something wrong with what was asked for: on the command line, in a file of settings.
  public static func usage(_ sentence: String) -> Failure {
    Failure(kind: .usage, description: sentence)
  }

  /// Something that did not work.
  public static func failed(_ sentence: String) -> Failure {
    Failure(kind: .failed, description: sentence)
  }

  /// A computation that has ended in numbers that are not finite.
  public static func diverged(_ sentence: String) -> Failure {
    Failure(kind: .divergence, description: sentence)
  }

  /// Something wrong with a file or a folder, read as "`file` `problem`; `fix`".
  public static func file(_ file: String, _ problem: String, fix: String) -> Failure {
    .failed("\(file.printable) \(problem); \(fix)")
  }

  /// Somebody has asked the program to end.
  public static let interruption = Failure(kind: .interruption, description: "Interrupted.")

  /// A failed system call on `file`, told from its `errno`.
  public static func system(_ file: String, cannotBe verb: String, code: Int32) -> Failure {
    let (reason, fix) = explanation(of: code)
    return .file(file, "cannot be \(verb): \(reason)", fix: fix)
  }

  private static func explanation(of code: Int32) -> (reason: String, fix: String) {
    switch code {
    case EACCES, EPERM, EROFS:
      ("permission denied", "choose a place that you have access to")
    case ENOSPC, EDQUOT:
      ("the disk is full or its limit reached", "free some space or choose another disk")
    case EFBIG:
      ("the limit on the size of files is reached", "raise it (ulimit -f) or choose another disk")
    case EEXIST:
      ("it is there already", "choose another name or delete the old one first")
    case EISDIR:
      ("it is a folder", "name a file instead")
    case ENOTDIR:
      ("a part of its path is not a folder", "correct the path")
    case ENOENT:
      ("there is no such file or folder", "correct the path or create the folder first")
    case ENAMETOOLONG:
      ("the name is too long", "choose a shorter one")
    case ELOOP:
      ("it is a symbolic link, or links lead in a circle", "name the place itself")
    default:
      (String(cString: strerror(code)), "check the disk and try again")
    }
  }
}

extension String {
  /// The text as far as a terminal can show it in a sentence: control characters escaped, at most
  /// some 300 characters.
  public var printable: String {
    let scalars = unicodeScalars.prefix(300)
    let isWhole = scalars.endIndex == unicodeScalars.endIndex
    return scalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        scalar.escaped(asASCII: true)
      default: String(scalar)
      }
    }.joined() + (isWhole ? "" : "…")
  }

  /// The text in quotation marks, as an ASCII literal of at most about 60 characters, safe to print
  /// to a terminal.
  public var quotedBriefly: String {
    let scalars = unicodeScalars.prefix(60)
    let isWhole = scalars.endIndex == unicodeScalars.endIndex
    return "\"" + scalars.map { $0.escaped(asASCII: true) }.joined() + (isWhole ? "\"" : "…\"")
  }
}
