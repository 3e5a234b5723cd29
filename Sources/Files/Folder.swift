import Foundation
import State

/// A folder that one process has for itself, until it closes it or ends.
///
/// Two programs that are started on the same folder at the same moment would mix their files: whoever
/// writes into a folder claims it first. The system gives the claim back when the process ends, however
/// it does.
public final class ClaimedFolder: Sendable {
  /// The folder.
  public let path: Path
  private let descriptor: Int32

  /// Claims a folder, which is made if it is missing, with its parents.
  ///
  /// - Throws: `Failure` if another process has it, it is no folder or cannot be made.
  public init(_ path: Path) throws(Failure) {
    guard !path.text.isEmpty else {
      throw .usage("A folder has an empty name; name one, such as runs/mine.")
    }
    self.path = path
    try Folder.makeParents(of: path)
    _ = try Folder.make(path)
    let descriptor = open(path.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOTDIR {
        throw .file(path.text, "is not a folder", fix: "choose another name")
      }
      throw .system(path.text, cannotBe: "opened", code: errno)
    }
    // From here on `deinit` closes it, also after an error; closed twice, it would be somebody else's.
    self.descriptor = descriptor
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw .file(
        path.text, "is being written by another process",
        fix: "wait until that has ended, or choose another folder")
    }
    // Some network file systems have no locks; there the claim is not more than a promise.
    AtomicFile.removeRemains(in: path)
  }

  /// Claims a new folder called `name` in `parent`, or `name-2`, `name-3`, … if that is taken.
  ///
  /// The first free name is claimed in one step, so that programs started at the same time get a
  /// folder each. Characters of `name` that could trouble a shell or a file system become hyphens.
  public convenience init(named name: String, in parent: Path) throws(Failure) {
    let safeName = Folder.portable(name)
    var path = parent.appending(safeName)
    try Folder.makeParents(of: path)
    var number = 1
    while try !Folder.make(path) {
      number += 1
      path = parent.appending("\(safeName)-\(number)")
    }
    try self.init(path)
  }

  deinit {
    // A child process that is just being started shares the descriptor, and the lock with it.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Whether there is nothing in the folder.
  public var isEmpty: Bool { Folder.contents(of: path).isEmpty }
}

/// Makes folders and looks for them, with errors that a user understands.
public enum Folder {
  /// Whether anything has this name, a dangling link included.
  public static func hasEntry(_ path: Path) -> Bool {
    var status = stat()
    return lstat(path.text, &status) == 0
  }

  /// Whether there is a folder of this name, or a link to one.
  public static func isFolder(_ path: Path) -> Bool {
    var status = stat()
    return stat(path.text, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether there is a file that was changed after another one, or at the same time.
  public static func isNewer(_ path: Path, than other: Path) -> Bool {
    var (status, otherStatus) = (stat(), stat())
    guard lstat(path.text, &status) == 0, lstat(other.text, &otherStatus) == 0 else {
      return false
    }
    return status.modificationTime >= otherStatus.modificationTime
  }

  /// The names of what is in a folder, sorted; nothing where it cannot be read.
  public static func contents(of path: Path) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path.text)) ?? []).sorted()
  }

  /// Makes one folder; returns `false` if something of that name is there.
  public static func make(_ path: Path) throws(Failure) -> Bool {
    if mkdir(path.text, 0o777) == 0 { return true }
    guard errno == EEXIST else {
      throw .system(path.text, cannotBe: "created", code: errno)
    }
    return false
  }

  /// Makes the folders that are missing above `path`.
  public static func makeParents(of path: Path) throws(Failure) {
    var missing: [Path] = []
    var parent = path.parent
    while !hasEntry(parent) {
      missing.append(parent)
      parent = parent.parent
    }
    for folder in missing.reversed() { _ = try make(folder) }
  }

  /// A name in which what could trouble a shell or a file system has become hyphens, of at most 100
  /// characters.
  public static func portable(_ name: String) -> String {
    String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        .prefix(100))
  }
}

extension stat {
  /// When the contents were changed last, in nanoseconds since 1970.
  public var modificationTime: Int {
    #if os(Linux)
      st_mtim.tv_sec * 1_000_000_000 + st_mtim.tv_nsec
    #else
      st_mtimespec.tv_sec * 1_000_000_000 + st_mtimespec.tv_nsec
    #endif
  }
}
