import Files
import Foundation
import Pages
import State

/// What the agents of runs do, as whoever starts the dashboard has them play.
///
/// They play when somebody looks, one run at a time, and again once a checkpoint is another one.
actor RunReplays {
  /// Lets the agents of the run in a folder play; none where there are none.
  typealias Maker = @Sendable (Path) throws(Failure) -> [Replay]

  private let make: Maker
  private var kept: [String: (version: [String], json: String)] = [:]
  /// The runs that are kept, the latest last.
  private var recent: [String] = []

  /// Of how many runs replays stay in memory; they take up to two megabytes each.
  private static let limit = 20

  init(_ make: @escaping Maker) { self.make = make }

  /// The replays of a run, as JSON.
  func json(of run: Path) -> String {
    let version = Self.version(of: run)
    if let known = kept[run.text], known.version == version { return known.json }
    // What cannot be read now, as a folder that is just being made, may be there later.
    let replays = (try? make(run)) ?? []
    let json = "{\"replays\":[\(replays.map(\.json).joined(separator: ",\n"))]}"
    kept[run.text] = (version, json)
    recent.removeAll { $0 == run.text }
    recent.append(run.text)
    if recent.count > Self.limit { kept[recent.removeFirst()] = nil }
    return json
  }

  /// By what the checkpoints of a run are known to be as they were.
  private static func version(of run: Path) -> [String] {
    let folder = run.appending("checkpoints")
    return Folder.contents(of: folder).sorted().map { name in
      var status = stat()
      lstat(folder.appending(name).text, &status)
      return "\(name) \(status.st_ino) \(status.st_size) \(status.modificationTime)"
    }
  }
}
