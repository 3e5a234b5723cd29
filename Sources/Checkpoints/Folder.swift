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

/// Makes folders and looks for them, with errors that a user understands.
package enum Folder {
  /// Whether anything has this name, a dangling link included.
  static func hasEntry(_ url: URL) -> Bool {
    var status = stat()
    return lstat(url.path, &status) == 0
  }

  /// Whether there is a folder of this name, or a link to one.
  static func exists(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes one folder; returns `false` if something of that name is there.
  package static func make(_ url: URL) throws(CheckpointError) -> Bool {
    if mkdir(url.path, 0o777) == 0 { return true }
    guard errno == EEXIST else {
      throw .system(url.relativePath, cannotBe: "created", code: errno)
    }
    return false
  }

  /// Makes a folder called `name` in `parent`, or `name-2`, `name-3`, … if that is taken.
  ///
  /// The first free name is claimed in one step, so that programs started at the same time get a
  /// folder each. Characters of `name` that could trouble a shell or a file system become hyphens.
  static func make(named name: String, in parent: URL) throws(CheckpointError) -> URL {
    let safeName = portable(name)
    var url = parent.appending(path: safeName, directoryHint: .isDirectory)
    try makeParents(of: url)
    var number = 1
    while try !make(url) {
      number += 1
      url = parent.appending(path: "\(safeName)-\(number)", directoryHint: .isDirectory)
    }
    return url
  }

  /// Makes the folders that are missing above `url`.
  package static func makeParents(of url: URL) throws(CheckpointError) {
    var missing: [URL] = []
    // Absolute, so that the walk upwards ends at the root.
    var parent = url.absoluteURL.deletingLastPathComponent()
    while parent.path != "/", !hasEntry(parent) {
      missing.append(parent)
      parent.deleteLastPathComponent()
    }
    for folder in missing.reversed() { _ = try make(folder) }
  }

  /// A name in which what could trouble a shell or a file system has become hyphens.
  static func portable(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
  }
}
