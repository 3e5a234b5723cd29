import Experiments
import Files
import Foundation
import State

/// How a run stands, for whoever looks at it from outside.
enum RunState: String {
  /// A process is at it.
  case running
  /// It is neither finished nor is anybody at it.
  case stopped
  case interrupted
  case diverged
  case finished
}

/// A run as its folder showed it last.
struct WatchedRun {
  /// A number by which it is asked for.
  let number: Int
  /// The folder below the one that is watched; empty for that itself.
  let name: String
  let path: Path
  /// The settings, by name.
  private(set) var settings: [JSONValue.Member] = []
  private(set) var command = ""
  private(set) var result = JSONValue.object([])
  private(set) var state = RunState.stopped
  private(set) var hasPage = false
  private(set) var table: GrowingTable?
  /// The version of all that is watched at which this changed last.
  private(set) var version = 0
  /// When something was written last, in seconds since 1970.
  private(set) var changed = 0

  private var stamps: [String: Stamp] = [:]
  private var tablePath: Path?

  /// By what a file is known to be as it was.
  private struct Stamp: Equatable {
    var size: Int
    var time: Int
    var inode: UInt64
  }

  init(number: Int, name: String, path: Path) {
    (self.number, self.name, self.path) = (number, name, path)
  }

  /// The value of a setting.
  subscript(key: String) -> JSONValue? { settings.first { $0.name == key }?.value }

  /// Looks at the files.
  ///
  /// - Parameters:
  ///   - locked: The inodes that are locked; `nil` where the system does not say.
  ///   - version: What the version becomes if something has changed.
  /// - Returns: Whether anything has changed.
  mutating func update(locked: Set<UInt64>?, version: Int) -> Bool {
    var isNew = false
    let configFile = path.appending("config.json")
    if stamp("config.json", of: configFile) {
      let hidden = ["version", "command"]
      let config = RunFiles.object(configFile)
      settings = (config.members ?? []).filter { !hidden.contains($0.name) }
      command = config["command"]?.text ?? ""
      isNew = true
    }
    let resultFile = path.appending("result.json")
    if stamp("result.json", of: resultFile) {
      result = RunFiles.object(resultFile)
      isNew = true
    }
    if tablePath == nil { tablePath = RunFiles.tableName(in: path).map { path.appending($0) } }
    if let tablePath, stamp("table", of: tablePath) { isNew = true }
    if stamp("page", of: path.appending("report.html")) { isNew = true }
    hasPage = stamps["page"] != nil
    let newest = (stamps.values.map(\.time).max() ?? 0) / 1_000_000_000
    let state = state(locked: locked, changed: newest)
    if state != self.state { isNew = true }
    (self.state, changed) = (state, newest)
    if isNew { self.version = version }
    return isNew
  }

  /// Reads what is new in the table.
  mutating func readTable() -> GrowingTable? {
    guard let tablePath else { return nil }
    var table = self.table ?? GrowingTable(tablePath)
    table.update()
    self.table = table
    return table
  }

  /// Lets go of the table, which can be read again.
  mutating func forgetTable() { table = nil }

  /// Notes how a file is now; returns whether it has changed.
  private mutating func stamp(_ name: String, of file: Path) -> Bool {
    var status = stat()
    var found: Stamp?
    if lstat(file.text, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      found = Stamp(
        size: Int(status.st_size), time: status.modificationTime, inode: UInt64(status.st_ino))
    }
    defer { stamps[name] = found }
    return stamps[name] != found
  }

  private func state(locked: Set<UInt64>?, changed: Int) -> RunState {
    if let state = result["status"]?.text.flatMap(RunState.init), state != .running { return state }
    var status = stat()
    if let locked, lstat(path.text, &status) == 0, locked.contains(UInt64(status.st_ino)) {
      return .running
    }
    // Where nobody says who is at it, what has just been written tells.
    return time(nil) - changed < 30 ? .running : .stopped
  }
}

/// The inodes that a process has locked, as every run has its folder; nothing is locked for this.
func lockedInodes() -> Set<UInt64>? {
  guard let text = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return nil }
  var inodes: Set<UInt64> = []
  for line in text.split(separator: "\n") where line.contains("FLOCK") {
    // "1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF"
    let place = line.split(separator: " ").first { $0.split(separator: ":").count == 3 }
    if let inode = place?.split(separator: ":").last.flatMap({ UInt64($0) }) {
      inodes.insert(inode)
    }
  }
  return inodes
}
