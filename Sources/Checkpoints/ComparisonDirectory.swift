#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that holds all of one comparison of algorithms: a file for each run that has ended, so
/// that an interrupted comparison can go on, and the tables that are made of them.
public struct ComparisonDirectory: Sendable, Equatable {
  /// The folder.
  public let url: URL

  /// What is compared, with the command and the version.
  public var comparison: URL { url.appending(path: "comparison.json") }
  /// One row per episode of every run.
  public var episodes: URL { url.appending(path: "episodes.csv") }
  /// The statistics, for programs.
  public var summary: URL { url.appending(path: "summary.csv") }
  /// The statistics, for people.
  public var report: URL { url.appending(path: "summary.md") }
  /// The learning curves as a vector graphic.
  public var vectorFigure: URL { url.appending(path: "figure.svg") }
  /// The learning curves as an image.
  public var imageFigure: URL { url.appending(path: "figure.png") }
  /// Tables, curves and command, for a browser.
  public var page: URL { url.appending(path: "comparison.html") }
  /// The folder of the runs that have ended.
  public var runs: URL { url.appending(path: "runs", directoryHint: .isDirectory) }

  /// The path as the user gave it.
  public var path: String { url.relativePath }

  /// Makes the folder `url` ready for a comparison, with the parents that are missing, or opens the
  /// one that holds a comparison already.
  ///
  /// - Throws: `CheckpointError` if it holds something else, is a file or cannot be made.
  public init(at url: URL) throws(CheckpointError) {
    self.url = url
    try Folder.makeParents(of: url)
    if try Folder.make(url) { return }
    guard Folder.exists(url) else {
      throw CheckpointError(
        file: path, problem: "is not a folder", fix: "choose another name for the comparison")
    }
    if Folder.hasEntry(comparison) { return }
    let marks = RunDirectory(url: url).marks + [summary, report, runs]
    if let mark = marks.first(where: { Folder.hasEntry($0) }) {
      throw CheckpointError(
        file: path,
        problem: "holds no comparison (comparison.json is missing) but \(mark.lastPathComponent)",
        fix: "choose another folder")
    }
  }

  /// Makes a folder called `name` in `parent` for a new comparison, or `name-2`, `name-3`, … if that
  /// is taken; characters of `name` that could trouble a shell or a file system become hyphens.
  ///
  /// - Throws: `CheckpointError` if the folder cannot be made.
  public static func create(
    named name: String, in parent: URL
  ) throws(CheckpointError) -> ComparisonDirectory {
    try ComparisonDirectory(at: Folder.make(named: name, in: parent))
  }

  /// The file of a run.
  ///
  /// - Parameters:
  ///   - algorithm: The name of what was trained; characters as in `create(named:in:)`.
  ///   - index: Its place among the algorithms, so that similar names stay apart.
  ///   - seed: The run's seed.
  public func run(of algorithm: String, at index: Int, seed: UInt64) -> URL {
    // File systems take names of 255 bytes.
    let name = Folder.portable(algorithm).prefix(100)
    return runs.appending(path: "\(index + 1)-\(name)-seed-\(seed).json")
  }

  /// Makes the folder of the runs, if it is not there yet.
  ///
  /// - Throws: `CheckpointError` if it cannot be made.
  public func makeRunsFolder() throws(CheckpointError) {
    _ = try Folder.make(runs)
  }

  /// The contents of one of the files; `nil` if it has not been written yet.
  ///
  /// - Throws: `CheckpointError` if it is there but cannot be read.
  public func contents(of file: URL) throws(CheckpointError) -> Data? {
    Folder.hasEntry(file) ? try RegularFile.contents(of: file) : nil
  }
}
