import Files
import Foundation
import State
import Testing

@testable import Experiments

@Suite struct RunPicturesTests {
  /// Pictures that tell where the walk was, and may be interrupted.
  private func pictures(_ schedule: RunPictures<RandomWalk>.Schedule) -> RunPictures<RandomWalk> {
    RunPictures(in: "pictures", suffix: "txt", schedule) { walk, path, monitor throws(Failure) in
      try monitor.check()
      try AtomicFile.write(Data("\(walk.model)".utf8), to: path, replacing: false)
    }
  }

  private func run(
    _ walk: Walk, in folder: Path, _ schedule: RunPictures<RandomWalk>.Schedule
  ) throws -> Run<RandomWalk> {
    try Run(
      walk, in: (), folder: ClaimedFolder(folder),
      origin: testOrigin, pictures: pictures(schedule))
  }

  @Test func theyComeAtTheirPlaces() throws {
    try withTemporaryFolder { folder in
      let plans: [(RunPictures<RandomWalk>.Schedule, [Int])] = [
        (.every(2), [0, 2, 4, 6]), (.every(4), [0, 4]), (.powersOfTwo, [0, 1, 2, 4, 6]),
      ]
      for (index, (schedule, places)) in plans.enumerated() {
        let part = folder.appending("\(index)")
        var run = try run(Walk(), in: part, schedule)
        _ = try run.execute()
        let drawn = pictures(schedule).drawn(in: part)
        #expect(drawn.map(\.position) == places)
        #expect(drawn.first?.path.name == "000000.txt")
        #expect(try Set(drawn.map { try $0.path.read() }).count == places.count)
      }
    }
  }

  @Test func whereverARunIsStoppedItHasTheSameOnes() throws {
    try withTemporaryFolder { folder in
      let whole = folder.appending("whole")
      let walk = Walk(episodes: 3)
      var run = try run(walk, in: whole, .every(2))
      _ = try run.execute()
      let expected = try pictures(.every(2)).drawn(in: whole).map { try $0.path.read() }
      var plain = try walkRun(walk, in: folder.appending("plain"))
      _ = try plain.execute()
      for name in ["walk.csv", "checkpoints/final.safetensors", "checkpoints/latest.safetensors"] {
        #expect(
          try whole.appending(name).read() == folder.appending("plain").appending(name).read())
      }
      for stop in 0..<15 {
        let part = folder.appending("\(stop)")
        var first = try self.run(walk, in: part, .every(2))
        _ = try first.execute(.interrupting(after: stop))
        first = try Run(walk, in: ())
        // As if it had gone on and been killed before its next checkpoint.
        let beyond = part.appending("pictures/000099.txt")
        try beyond.write("of another future")
        var second = try self.run(walk, in: part, .every(2))
        #expect(try second.execute().status == .finished)
        let drawn = try pictures(.every(2)).drawn(in: part).map { try $0.path.read() }
        #expect(drawn == expected, "stopped after \(stop)")
      }
    }
  }
}
