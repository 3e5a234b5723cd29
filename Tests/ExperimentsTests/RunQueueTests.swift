import Files
import Foundation
import State
import Testing

@testable import Experiments

/// Which run is next, and what ranks leave to each other.
@Suite struct RunQueueTests {
  private func plan() throws -> ComparisonPlan<Walk> {
    try ComparisonPlan(
      Variant.parse(list: "fair,steep"), shared: .init(), seeds: 0...2, in: ())
  }

  private func values(seconds: Double) -> RunValues {
    RunValues(columns: [:], result: ["wall_seconds": .number(seconds)])
  }

  private func next(
    _ queue: RunQueue<Walk>, _ attempt: (Int) -> RunQueue<Walk>.Attempt<Int> = { .begun($0) }
  ) throws -> Int? {
    try queue.next { index throws(Failure) in attempt(index) }.run?.index
  }

  @Test func whatTakesLongestIsFirst() throws {
    // Fair walks are 0, 2 and 4, steep ones 1, 3 and 5.
    let queue = RunQueue(try plan(), done: [0: values(seconds: 1)])
    // Nobody knows how long a steep one takes.
    #expect(try next(queue) == 1)
    queue.finish(1, values(seconds: 0.5))
    #expect(try (next(queue), next(queue)) == (2, 4))
    queue.finish(2, values(seconds: 0.1))
    queue.finish(4, values(seconds: 0.1))
    #expect(try (next(queue), next(queue), next(queue)) == (3, 5, nil))
    #expect(queue.values.count == 4)
  }

  @Test func otherRanksRunsAreLeftAndWaitedFor() throws {
    let queue = RunQueue(try plan(), done: [:], skipping: 2)
    // Rank 2 begins with the third.
    #expect(try next(queue) == 2)
    #expect(try next(queue) { $0 == 0 ? .busy : .begun($0) } == 1)
    #expect(try next(queue) { $0 == 3 ? .lost : $0 == 0 ? .busy : .begun($0) } == 4)
    let result = values(seconds: 1)
    #expect(try next(queue) { $0 == 0 ? .finished(result) : .begun($0) } == 5)
    // The lost one is not tried again.
    let last = try queue.next { index throws(Failure) -> RunQueue<Walk>.Attempt<Int> in .busy }
    #expect(last.run == nil && !last.isWaiting && queue.values == [0: result])
  }

  @Test func aFolderArrivesWhole() throws {
    try withTemporaryFolder { folder in
      let (first, second) = (folder.appending("first"), folder.appending("second"))
      var run = try walkRun(Walk(), in: first)
      _ = try run.execute()
      var other = try walkRun(Walk(episodes: 3), in: second)
      _ = try other.execute()
      let bytes = try FolderParcel.pack(first)
      try FolderParcel.unpack(bytes[...], into: second, last: "result.json")
      #expect(try walkFiles(in: second) == walkFiles(in: first))
      // The last file says that all is there.
      #expect(throws: Failure.self) {
        try FolderParcel.unpack(bytes.dropLast(), into: second, last: "result.json")
      }
      #expect(throws: Failure.self) {
        try FolderParcel.unpack(Array("../x\n1\na".utf8)[...], into: second, last: "result.json")
      }
      #expect(!Folder.hasEntry(folder.appending("x")))
    }
  }

  @Test func aLockedFileIsOneProcesss() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("claim")
      #expect(!LockedFile.isLocked(path))
      var lock = try LockedFile(ifFree: path)
      try lock?.write("42")
      #expect(LockedFile.isLocked(path) && lock?.text == "42")
      #expect(try LockedFile(ifFree: path) == nil)
      lock = nil
      #expect(!LockedFile.isLocked(path))
      #expect(try LockedFile(ifFree: path)?.text == "42")
      #expect(try LockedFile(ifFree: folder.appending("missing/claim")) == nil)
    }
  }
}
