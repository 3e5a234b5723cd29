import Files
import Foundation
import State
import Testing

@testable import Experiments

@Suite struct RunTests {
  @Test func aRunInMemoryHasItsTableAndResult() throws {
    var run = try Run<RandomWalk>(Walk(), in: ())
    var shown: [Int] = []
    let result = try run.execute { experiment, _ in shown.append(experiment.position.done) }
    #expect(result.status == .finished && shown == [1, 2, 3, 4, 5, 6])
    #expect(result.values.numbers("episode") == [1, 2, 3, 4, 5, 6])
    #expect(result.values.columns["note"] == Array(repeating: nil, count: 6))
    #expect(result.values.result("status") == "finished")
    #expect(
      result.values.result("conclusion.place")?.double == result.values.numbers("position").last)
    #expect(result.values.result("wall_seconds")?.double ?? 0 > 0)
    #expect(result.text.count == 2 && result.text[1] == "It is over.")
  }

  @Test func aRunInAFolderWritesAllItsFiles() throws {
    try withTemporaryFolder { folder in
      let folder = folder.appending("runs/walk")
      var run = try walkRun(Walk(), in: folder)
      let result = try run.execute()
      #expect(result.status == .finished)
      let files = try walkFiles(in: folder)
      #expect(
        files.keys.sorted() == [
          "checkpoints/best.safetensors", "checkpoints/final.safetensors",
          "checkpoints/latest.safetensors", "checkpoints/middle.safetensors", "config.json",
          "metrics.jsonl", "result.json", "walk.csv",
        ])
      #expect(
        files["config.json"] == """
          {
            "version": "1.2",
            "command": "walk --quick",
            "kind": "fair",
            "episodes": 6,
            "noise": 1.0,
            "widths": [],
            "start": "zero",
            "limit": null,
            "slow": false,
            "best_from": 1,
            "note": "up, or \\"down\\"",
            "seed": 0
          }

          """)
      let table = try walkTable(in: folder)
      let places = try #require(table["position"]).compactMap { $0 }
      #expect(table["episode"] == [1, 2, 3, 4, 5, 6] && places.count == 6)
      #expect(try walkModel("final", in: folder) == [Float(places[5]) / 3])
      // The first one after the last power of two.
      #expect(try walkModel("middle", in: folder) == [Float(places[4]) / 3])
      #expect(try walkModel("best", in: folder) == places.max().map { [Float($0) / 3] })
      let looks = [2, 5].map { "{\"kind\":\"look\",\"distance\":\(abs(places[$0]))}\n" }
      #expect(files["metrics.jsonl"] == looks.joined())
      #expect(try Run<RandomWalk>.savedSettings(in: folder, ()) == Walk())

      // A comparison finds in the folder what it has in memory.
      var inMemory = try Run<RandomWalk>(Walk(), in: ())
      let values = try inMemory.execute().values
      let record = try #require(try Run<RandomWalk>.record(in: folder, Walk()))
      #expect(record.columns == values.columns)
      #expect(withoutTimes(record.result) == withoutTimes(values.result))
    }
  }

  // MARK: Going on

  /// Stops at every question for an interruption, of which three lie within a step.
  @Test func whereverItIsStoppedItEndsWithTheSameBytes() throws {
    try withTemporaryFolder { folder in
      let walk = Walk(episodes: 4)
      var run = try walkRun(walk, in: folder.appending("whole"), writesTensorBoard: true)
      _ = try run.execute()
      let whole = try walkFiles(in: folder.appending("whole"))
      #expect(whole["events.out.tfevents.0.swift-relax"]?.hasSuffix("bytes") == true)
      let count = 4 * 4 + 1
      for stop in 0...count {
        let part = folder.appending("\(stop)")
        var first = try walkRun(walk, in: part, writesTensorBoard: true)
        let result = try first.execute(.interrupting(after: stop))
        #expect(result.status == (stop == count ? .finished : .interrupted))
        #expect(try walkResult(in: part)["status"]?.text == result.status.rawValue)
        #expect(result.values.result("status")?.text == result.status.rawValue)
        let record = try Run<RandomWalk>.record(in: part, walk)
        #expect((record == nil) == (stop < count))
        first = try Run<RandomWalk>(walk, in: ())

        var second = try walkRun(walk, in: part)
        #expect(try second.execute().status == .finished)
        #expect(try walkFiles(in: part) == whole, "stopped after \(stop)")
      }
    }
  }

  @Test func manyStopsAreNoDifferentFromOne() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder.appending("whole"))
      _ = try run.execute()
      var sessions = 0
      var status = RunStatus.interrupted
      while status == .interrupted, sessions < 20 {
        sessions += 1
        var part = try walkRun(Walk(), in: folder.appending("parts"))
        status = try part.execute(.interrupting(after: 5)).status
      }
      #expect(sessions == 6)
      #expect(
        try walkFiles(in: folder.appending("parts")) == walkFiles(in: folder.appending("whole")))
    }
  }

  /// What a process leaves that is killed between two checkpoints, or while it writes one.
  @Test func whatIsNewerThanTheCheckpointIsWrittenAgain() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder.appending("whole"))
      _ = try run.execute()
      let part = folder.appending("part")
      run = try walkRun(Walk(), in: part)
      _ = try run.execute(.interrupting(after: 9))
      run = try Run(Walk(), in: ())
      for name in ["walk.csv", "metrics.jsonl"] {
        let rows = (try? part.appending(name).read()) ?? ""
        try part.appending(name).write(rows + "99,rows that\nwere to")
      }
      for name in [".writing-1.tmp", "checkpoints/.writing-2.tmp"] {
        try part.appending(name).write("half")
      }
      run = try walkRun(Walk(), in: part)
      _ = try run.execute()
      #expect(try walkFiles(in: part) == walkFiles(in: folder.appending("whole")))
    }
  }

  @Test func eventsThatNoCheckpointHasCountedAreBegunAgain() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder)
      _ = try run.execute(.interrupting(after: 9))
      run = try Run(Walk(), in: ())
      let events = folder.appending(TensorBoardEvents.fileName)
      try events.write("half")
      run = try walkRun(Walk(), in: folder, writesTensorBoard: true)
      #expect(try run.execute().status == .finished)
      let beginning = TensorBoardEvents.beginning(wallTime: 0)
      let data = try RegularFile.contents(of: events)
      #expect(data.prefix(12) == Data(beginning.prefix(12)) && data.count > 2 * beginning.count)
    }
  }

  @Test(arguments: [["config.json"], ["config.json", "checkpoints"], ["config.json", "walk.csv"]])
  func whatWasKilledBeforeItsFirstCheckpointBeginsAgain(names: [String]) throws {
    try withTemporaryFolder { folder in
      let (whole, part) = (folder.appending("whole"), folder.appending("part"))
      var run = try walkRun(Walk(), in: whole)
      _ = try run.execute()
      _ = try Folder.make(part)
      for name in names {
        if name == "checkpoints" {
          _ = try Folder.make(part.appending(name))
        } else {
          try part.appending(name).write(whole.appending(name).read())
        }
      }
      run = try walkRun(Walk(), in: part)
      _ = try run.execute()
      #expect(try walkFiles(in: part) == walkFiles(in: whole))
    }
  }

  @Test func checkpointsFollowEachOtherInTime() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder, checkpointInterval: .zero)
      var counts: [String?] = []
      _ = try run.execute { _, _ in
        counts.append(
          try? Safetensors(
            contentsOf: folder.appending("checkpoints/latest.safetensors")
          ).metadata["state.files"])
      }
      #expect(Set(counts).count == 6 && !counts.contains(nil))
    }
  }

  @Test(arguments: [1, 100])
  func aRunThatIsFinishedMayGrow(bestFrom: Int) throws {
    try withTemporaryFolder { folder in
      let (whole, part) = (folder.appending("whole"), folder.appending("part"))
      var run = try walkRun(Walk(episodes: 9, bestFrom: bestFrom), in: whole)
      _ = try run.execute()
      run = try Run(Walk(), in: ())
      for episodes in [4, 9] {
        var grown = try walkRun(Walk(episodes: episodes, bestFrom: bestFrom), in: part)
        #expect(try grown.execute().status == .finished)
        #expect(try walkTable(in: part)["episode"]?.count == episodes)
      }
      #expect(try walkFiles(in: part) == walkFiles(in: whole))
      #expect(
        sentence { try walkRun(Walk(episodes: 8, bestFrom: bestFrom), in: part) }
          == "\(part) holds a run with --episodes 9, not 8; leave the flag out to go on with it (it may "
          + "only grow), or choose another folder.")
    }
  }

  // MARK: Refusals

  @Test func otherSettingsAreRefused() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder)
      _ = try run.execute()
      run = try Run(Walk(), in: ())
      let before = try walkFiles(in: folder)
      #expect(
        sentence { try walkRun(Walk(seed: 3), in: folder) }
          == "\(folder) holds a run with --seed 0, not 3; leave the flag out to go on with it, or choose "
          + "another folder.")
      #expect(sentence { try walkRun(Walk(kind: "steep"), in: folder) }.contains("--walk \"fair\""))
      #expect(try walkFiles(in: folder) == before)
    }
  }

  @Test(arguments: ["notes.txt", "walk.csv", "result.json", "comparison.json"])
  func aFolderWithOtherFilesIsRefused(name: String) throws {
    try withTemporaryFolder { folder in
      try folder.appending(name).write("thesis")
      #expect(
        sentence { try walkRun(Walk(), in: folder) }
          == "\(folder) is not empty; choose another folder or delete what is in it first")
      #expect(Folder.contents(of: folder) == [name])
      #expect(try folder.appending(name).read() == "thesis")
    }
  }

  @Test func aFolderInUseIsRefused() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder)
      #expect(sentence { try walkRun(Walk(), in: folder) }.contains("is being written by another"))
      _ = try run.execute()
    }
  }

  @Test(arguments: ["walk.csv", "result.json", "checkpoints/latest.safetensors"])
  func noLinkIsWrittenThrough(name: String) throws {
    try withTemporaryFolder { folder in
      let (part, thesis) = (folder.appending("part"), folder.appending("thesis"))
      var run = try walkRun(Walk(), in: part)
      _ = try run.execute(.interrupting(after: 9))
      run = try Run(Walk(), in: ())
      // The contents are right, so that nothing but the link is amiss.
      let contents = try RegularFile.contents(of: part.appending(name))
      try AtomicFile.write(contents, to: thesis)
      #expect(unlink(part.appending(name).text) == 0)
      try part.appending(name).link(to: thesis)
      #expect(
        sentence {
          run = try walkRun(Walk(), in: part)
          return try run.execute()
        }.contains("cannot be written: it is a symbolic link"))
      #expect(try RegularFile.contents(of: thesis) == contents)
    }
  }

  @Test func lostRowsAndForeignCheckpointsAreRefused() throws {
    try withTemporaryFolder { folder in
      var run = try walkRun(Walk(), in: folder)
      _ = try run.execute(.interrupting(after: 9))
      run = try Run(Walk(), in: ())
      let rows = try folder.appending("walk.csv").read()
      try folder.appending("walk.csv").write(String(rows.dropLast(5)))
      #expect(
        sentence { try walkRun(Walk(), in: folder) }.contains("walk.csv has lost rows: it should"))
      try folder.appending("walk.csv").write(rows)

      let latest = folder.appending("checkpoints/latest.safetensors")
      let file = try Safetensors(contentsOf: latest)
      try Safetensors(arrays: file.arrays).write(to: latest)
      #expect(sentence { try walkRun(Walk(), in: folder) }.contains("is no state of this version"))
      try Safetensors(
        arrays: file.arrays.filter { $0.name != "place" }, metadata: file.metadata
      ).write(to: latest)
      #expect(sentence { try walkRun(Walk(), in: folder) }.contains("has no array \"place\""))
      try latest.write("torn")
      #expect(sentence { try walkRun(Walk(), in: folder) }.contains("is not a usable checkpoint"))
    }
  }

  // MARK: Numbers that are not finite

  @Test func aRunThatDivergesKeepsItsLastSoundModel() throws {
    try withTemporaryFolder { folder in
      let settings = Walk(kind: "steep", episodes: 50, limit: 8)
      var run = try walkRun(settings, in: folder)
      let failure = #expect(throws: Failure.self) { try run.execute() }
      #expect(failure?.kind == .divergence)
      let sentence = try #require(failure).description
      #expect(sentence.contains("are not finite. (\(folder) has all until then.)"))
      let losses = try #require(try walkTable(in: folder)["loss"]).compactMap { $0 }
      #expect(losses.count > 2 && losses.count < 10)
      #expect(try walkModel("final", in: folder) == [Float(try #require(losses.last))])
      #expect(try walkModel("best", in: folder) == losses.max().map { [Float($0)] })
      let result = try walkResult(in: folder)
      #expect(result["status"] == "diverged" && result["conclusion"] == nil)
      let record = try #require(try Run<RandomWalk>.record(in: folder, settings))
      #expect(record.hasDiverged && record.numbers("loss") == losses)

      var inMemory = try Run<RandomWalk>(settings, in: ())
      #expect(throws: Failure.self) { try inMemory.execute() }
      #expect(inMemory.divergedValues.columns == record.columns)

      // Whoever goes on meets the same end.
      run = try Run(settings, in: ())
      let files = try walkFiles(in: folder)
      run = try walkRun(settings, in: folder)
      #expect(throws: Failure.self) { try run.execute() }
      #expect(try walkFiles(in: folder) == files)
    }
  }
}
