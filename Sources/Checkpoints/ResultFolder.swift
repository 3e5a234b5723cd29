#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder for the results of one command.
public enum ResultFolder {
  /// Makes the folder `url`, with the parents that are missing; an empty one that is there will do.
  ///
  /// - Returns: `url`.
  /// - Throws: `CheckpointError` if it is a file, has contents or cannot be made.
  public static func create(at url: URL) throws(CheckpointError) -> URL {
    try Folder.makeParents(of: url)
    if try Folder.make(url) { return url }
    guard Folder.exists(url) else {
      throw CheckpointError(
        file: url.relativePath, problem: "is not a folder", fix: "choose another name")
    }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: url.path)
    guard let contents, contents.isEmpty else {
      throw CheckpointError(
        file: url.relativePath, problem: "is not an empty folder",
        fix: "choose another folder or delete what is in it first")
    }
    return url
  }

  /// Makes a folder called `name` in `parent`, or `name-2`, `name-3`, … if that is taken.
  ///
  /// The first free name is claimed in one step, so that commands started at the same time get a
  /// folder each. Characters of `name` that could trouble a shell or a file system become hyphens.
  ///
  /// - Throws: `CheckpointError` if the folder cannot be made.
  public static func create(named name: String, in parent: URL) throws(CheckpointError) -> URL {
    try Folder.make(named: name, in: parent)
  }
}
