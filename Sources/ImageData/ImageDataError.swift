import Checkpoints

/// Why a set of images cannot be read or fetched: one sentence that names the file or folder, the
/// problem and the fix.
public struct ImageDataError: Error, Equatable, CustomStringConvertible {
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

  /// Creates the error that tells of a failed access to a file.
  public init(_ error: CheckpointError) {
    self.init(file: error.file, problem: error.problem, fix: error.fix)
  }

  /// The whole sentence.
  public var description: String { "\(file) \(problem); \(fix)" }
}

extension ImageDataError {
  /// A file of which not all bytes are as they were written.
  static func damaged(_ file: String, _ problem: String) -> ImageDataError {
    ImageDataError(file: file, problem: problem, fix: "copy or download it again")
  }
}
