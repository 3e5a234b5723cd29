import Files
import Foundation
import ManyMachines
import State
import Synchronization

/// How machines that share no file system share the runs of a comparison: every one is dealt some, makes
/// them in a folder of its own, and sends each to rank 0 as soon as it is finished.
final class Gathering: Sendable {
  private struct State {
    /// The runs that other machines make, with the lowest rank there; on rank 0.
    var expected: [Int: Int] = [:]
    /// When each machine was heard of last.
    var lastHeard: [Int: ContinuousClock.Instant] = [:]
    /// The finished runs that are to be sent, with their folders.
    var outgoing: [(index: Int, folder: Path)] = []
  }

  private let ranks: Ranks
  private let state = Mutex(State())

  init(_ ranks: Ranks) { self.ranks = ranks }

  /// Whether what this rank makes must be sent.
  var isAway: Bool { ranks.leader(of: ranks.rank) != 0 }

  /// Deals runs to machines, one for each rank after the other.
  ///
  /// - Parameter missing: The runs that rank 0 does not have yet; what others say does not matter.
  /// - Returns: Those that this rank may meet in its queue: all on rank 0, which waits for them.
  func deal(_ missing: [Int], _ monitor: Monitor) throws(Failure) -> [Int] {
    let text = missing.map(String.init).joined(separator: " ")
    let missing = try ranks.fromFirst(text, monitor).split(separator: " ").compactMap { Int($0) }
    let owners = missing.indices.map { ranks.leader(of: $0 % ranks.count) }
    if ranks.isFirst {
      state.withLock { state in
        for (index, owner) in zip(missing, owners) where owner != 0 {
          (state.expected[index], state.lastHeard[owner]) = (owner, .now)
        }
      }
      return missing
    }
    let leader = ranks.leader(of: ranks.rank)
    return zip(missing, owners).filter { $0.1 == leader }.map { $0.0 }
  }

  // MARK: Rank 0

  /// Whether a run that another machine was dealt is still to be expected; `nil` of one that it was not.
  func isExpected(_ index: Int) -> Bool? {
    state.withLock { state in
      guard let owner = state.expected[index] else { return nil }
      // Its ranks tell twice a second that they are there.
      return state.lastHeard[owner].map { .now - $0 < .seconds(60) } ?? false
    }
  }

  /// Takes note that a rank is there.
  func hear(_ rank: Int) {
    let leader = ranks.leader(of: rank)
    state.withLock { $0.lastHeard[leader] = .now }
  }

  // MARK: Other machines

  /// Has a finished run sent to rank 0.
  func send(_ index: Int, _ folder: Path) {
    if isAway { state.withLock { $0.outgoing.append((index, folder)) } }
  }

  /// The next run to be sent.
  func nextToSend() -> (index: Int, folder: Path)? {
    state.withLock { $0.outgoing.isEmpty ? nil : $0.outgoing.removeFirst() }
  }
}

/// A folder of files as bytes: for each file its name, its length and its contents, the names and
/// lengths as lines.
enum FolderParcel {
  /// Packs a folder and what is in it; nothing of links.
  static func pack(_ folder: Path) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ path: Path, _ name: String) throws(Failure) {
      if Folder.isFolder(path) {
        for part in Folder.contents(of: path) {
          try add(path.appending(part), name.isEmpty ? part : "\(name)/\(part)")
        }
      } else {
        let data = try RegularFile.contents(of: path)
        bytes += Array("\(name)\n\(data.count)\n".utf8) + Array(data)
      }
    }
    try add(folder, "")
    return bytes
  }

  /// Writes what was packed into a folder, in the place of what is there.
  ///
  /// - Parameter last: The name of the file that says that all is there.
  static func unpack(
    _ bytes: ArraySlice<UInt8>, into folder: Path, last: String
  ) throws(Failure) {
    var rest = bytes
    func line() -> String? {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[..<end], as: UTF8.self)
    }
    var files: [(name: String, data: Data)] = []
    while !rest.isEmpty {
      guard let name = line(), let count = line().flatMap({ Int($0) }), count >= 0,
        count <= rest.count, !name.split(separator: "/").contains(".."), !name.hasPrefix("/")
      else { throw .failed("A run that another rank has sent is not whole; repeat the command.") }
      files.append((name, Data(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    try? FileManager.default.removeItem(atPath: folder.text)
    for file in files.filter({ $0.name != last }) + files.filter({ $0.name == last }) {
      let path = folder.appending(file.name)
      try Folder.makeParents(of: path)
      try AtomicFile.write(file.data, to: path)
    }
  }
}
