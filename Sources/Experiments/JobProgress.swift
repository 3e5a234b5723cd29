import Files
import Foundation
import ManyMachines
import State
import Synchronization

/// How far the runs of a comparison are, on all ranks.
///
/// Ranks tell rank 0 of theirs, and send what they have made where folders are gathered. A message is a
/// letter, for what it is, and text or the bytes of a folder.
final class JobProgress: Sendable {
  private struct Count {
    var done = 0
    var total = 0
    var isFinished = false
    /// Whether rank 0 has heard of it.
    var isTold = true
  }

  private struct State {
    /// Of the runs that were to be made, by their places in the plan.
    var counts: [Int: Count]
    var lastTold = ContinuousClock.now
  }

  private let ranks: Ranks
  private let gathering: Gathering?
  private let runs: Int
  /// The folder of a run.
  private let folder: @Sendable (Int) -> Path
  private let state: Mutex<State>

  /// - Parameters:
  ///   - runs: How many runs the plan has.
  ///   - finished: Which of them were finished before.
  ///   - ranks: Who makes them.
  ///   - gathering: How folders come together, where machines do not share them.
  ///   - folder: The folder of a run; asked for where there is a gathering.
  init(
    runs: Int, finished: Set<Int>, _ ranks: Ranks, _ gathering: Gathering?,
    folder: @escaping @Sendable (Int) -> Path
  ) {
    (self.runs, self.ranks, self.gathering, self.folder) = (runs, ranks, gathering, folder)
    let missing = (0..<runs).filter { !finished.contains($0) }
    state = Mutex(State(counts: Dictionary(uniqueKeysWithValues: missing.map { ($0, Count()) })))
  }

  /// Takes note of how far a run of this rank is.
  func set(_ index: Int, _ done: Int, of total: Int) {
    state.withLock { state in
      state.counts[index, default: Count()].done = done
      state.counts[index]?.total = total
      state.counts[index]?.isTold = false
    }
  }

  /// Takes note that a run of this rank is finished.
  func finish(_ index: Int) {
    state.withLock { state in
      state.counts[index, default: Count()].isFinished = true
      state.counts[index]?.isTold = false
    }
    gathering?.send(index, folder(index))
  }

  // MARK: Among ranks

  /// Tells rank 0, or hears of the others and tells the monitor; on the main thread.
  ///
  /// - Throws: `Failure` if a run that was sent cannot be written, or after an interruption.
  func exchange(_ monitor: Monitor) throws(Failure) {
    guard ranks.isFirst else {
      try monitor.check()
      return try tell(isLast: false)
    }
    // Progress that does not arrive is no reason to end.
    while let (rank, message) = try? ranks.receive() {
      gathering?.hear(rank)
      switch message.first {
      case UInt8(ascii: "p"): take(String(decoding: message.dropFirst(), as: UTF8.self))
      case UInt8(ascii: "f"): try takeFolder(message.dropFirst())
      default: break
      }
    }
    let (done, total, finished) = sum()
    let others = ranks.isAlone ? "" : ", \(ranks.count) ranks"
    try monitor.check(
      "step of all runs", done, of: total, "\(finished) of \(runs) runs finished\(others)")
  }

  /// Tells what is left to tell, and waits until what was sent has arrived.
  func conclude(_ monitor: Monitor) throws(Failure) {
    guard !ranks.isFirst else { return }
    try tell(isLast: true)
    guard gathering != nil else { return }
    while ranks.unsentCount > 0 {
      try monitor.check()
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  private func tell(isLast: Bool) throws(Failure) {
    while let (index, folder) = gathering?.nextToSend() {
      let files = try FolderParcel.pack(folder)
      try ranks.send([UInt8(ascii: "f")] + Array("\(index)\n".utf8) + files, to: 0)
    }
    let text: String? = state.withLock { state in
      guard isLast || .now - state.lastTold > .milliseconds(500) else { return nil }
      state.lastTold = .now
      var lines: [String] = []
      for (index, count) in state.counts where !count.isTold {
        lines.append("\(index) \(count.done) \(count.total) \(count.isFinished ? 1 : 0)")
        state.counts[index]?.isTold = true
      }
      return lines.joined(separator: "\n")
    }
    // Where nobody takes it any more, there is no use in more of it.
    guard let text, ranks.unsentCount < 8 else { return }
    try? ranks.send([UInt8(ascii: "p")] + Array(text.utf8), to: 0)
  }

  private func take(_ text: String) {
    state.withLock { state in
      for line in text.split(separator: "\n") {
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 4 else { continue }
        state.counts[numbers[0]] = Count(
          done: numbers[1], total: numbers[2], isFinished: numbers[3] == 1)
      }
    }
  }

  private func takeFolder(_ bytes: ArraySlice<UInt8>) throws(Failure) {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let index = Int(String(decoding: bytes[..<end], as: UTF8.self)), (0..<runs).contains(index)
    else { return }
    try FolderParcel.unpack(bytes[(end + 1)...], into: folder(index), last: "result.json")
    state.withLock { $0.counts[index, default: Count()].isFinished = true }
  }

  /// All together; runs that have not begun are taken for as long as the longest one.
  private func sum() -> (done: Int, total: Int, finished: Int) {
    state.withLock { state in
      let counts = state.counts.values
      let longest = counts.map(\.total).max() ?? 0
      let total = counts.reduce(0.0) { $0 + Double($1.total == 0 ? longest : $1.total) }
      let left = counts.count { !$0.isFinished }
      // No total is shown where budgets without bounds make it overflow.
      return (counts.reduce(0) { $0 &+ $1.done }, total < 1e15 ? Int(total) : 0, runs - left)
    }
  }
}
