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

/// The folder that holds all of one training run.
///
/// A folder holds one run. Creating a run never touches the files of another: a folder that has any
/// of a run's files is refused.
public struct RunDirectory: Sendable, Equatable {
  /// The folder.
  public let url: URL

  /// The resolved configuration, with the command and the version.
  public var config: URL { url.appending(path: "config.json") }
  /// One row per episode.
  public var episodes: URL { url.appending(path: "episodes.csv") }
  /// One row per update of the agent.
  public var updates: URL { url.appending(path: "updates.csv") }
  /// One row per evaluation.
  public var metricTable: URL { url.appending(path: "metrics.csv") }
  /// Measurements that have no fixed columns, one JSON object a line.
  public var metrics: URL { url.appending(path: "metrics.jsonl") }
  /// The folder of the saved agents.
  public var checkpoints: URL { url.appending(path: "checkpoints", directoryHint: .isDirectory) }
  /// What came out, written when the run has ended.
  public var result: URL { url.appending(path: "result.json") }

  /// The path as the user gave it.
  public var path: String { url.relativePath }

  /// The files of which one is enough to say that a folder holds a run.
  var marks: [URL] { [config, episodes, updates, metricTable, metrics, checkpoints, result] }
}

// MARK: - New runs

extension RunDirectory {
  /// Makes the folder `url` ready for a run, with the parents that are missing.
  ///
  /// - Throws: `CheckpointError` if it already holds a run, is a file or cannot be written to.
  public static func create(at url: URL) throws(CheckpointError) -> RunDirectory {
    try Folder.makeParents(of: url)
    let run = RunDirectory(url: url)
    if try !Folder.make(url) {
      guard Folder.exists(url) else {
        throw CheckpointError(
          file: run.path, problem: "is not a folder", fix: "choose another name for the run")
      }
      // An empty folder of checkpoints alone is what a run leaves that was killed as it started;
      // beside other files it belongs to a run that has yet to write its first one.
      var marks = run.marks.filter { Folder.hasEntry($0) }
      if marks == [run.checkpoints], rmdir(run.checkpoints.path) == 0 { marks = [] }
      if let mark = marks.first {
        throw CheckpointError(
          file: run.path, problem: "already holds a run (\(mark.lastPathComponent))",
          fix: "choose another folder for this one or delete that run first")
      }
    }
    return try run.prepared()
  }

  /// Makes a folder called `name` in `parent` for a run, or `name-2`, `name-3`, … if that is taken.
  ///
  /// The first free name is claimed in one step, so that runs started at the same time get a folder
  /// each. Characters of `name` that could trouble a shell or a file system become hyphens.
  ///
  /// - Throws: `CheckpointError` if the folder cannot be made.
  public static func create(named name: String, in parent: URL) throws(CheckpointError)
    -> RunDirectory
  {
    try RunDirectory(url: Folder.make(named: name, in: parent)).prepared()
  }

  /// Makes the folder of checkpoints, which also proves that the run's folder can be written to.
  private func prepared() throws(CheckpointError) -> RunDirectory {
    guard mkdir(checkpoints.path, 0o777) == 0 else {
      throw .system(path, cannotBe: "written to", code: errno)
    }
    return self
  }
}

// MARK: - Existing runs

extension RunDirectory {
  /// Opens the folder of a run that was made before.
  ///
  /// - Throws: `CheckpointError` if there is no such folder or it holds no `config.json`.
  public init(opening url: URL) throws(CheckpointError) {
    self.init(url: url)
    guard Folder.hasEntry(url) else { throw .system(path, cannotBe: "read", code: ENOENT) }
    guard Folder.hasEntry(config) else {
      throw CheckpointError(
        file: path, problem: "holds no run (config.json is missing)",
        fix: "name the folder of a finished or interrupted run")
    }
  }
}
