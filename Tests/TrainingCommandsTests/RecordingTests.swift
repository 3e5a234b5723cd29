import Files
import Foundation
import Testing

/// Recordings that a training leaves, and those of its stages.
@Suite struct RecordingTests {
  @Test func aTrainingIsRecordedOnItsWay() throws {
    try withTemporaryFolder { folder in
      let flags = ["--episodes", "30", "--no-report", "--run-dir"]
      #expect(command(small + flags + [folder.path("without")]).code == 0)
      let outcome = command(small + flags + [folder.path("with"), "--record-every", "20"])
      try #require(outcome.code == 0, "\(outcome.notes)")
      try folder.expectSame(
        ["episodes.csv", "checkpoints/final.safetensors", "checkpoints/latest.safetensors"],
        in: "with", and: "without")
      #expect(folder.names("with/recordings").sorted() == ["000000.gif", "000020.gif"])
      #expect(!folder.names("without").contains("recordings"))
      // The untrained agent's is the one that a run of no length would show at its end.
      let film = try folder.data("with/recordings/000000.gif")
      #expect(film.starts(with: Data("GIF89a".utf8)))

      // Recordings may begin later; the end is what `record` shows.
      let grown = command(
        "--resume", "--run-dir", folder.path("without"), "--record-every", "20", "--episodes", "40",
        "--no-report", "--quiet")
      try #require(grown.code == 0, "\(grown.notes)")
      #expect(folder.names("without/recordings").sorted() == ["000030.gif", "000040.gif"])
      #expect(command("record", folder.path("without"), folder.path("end.gif")).code == 0)
      #expect(
        try folder.data("without/recordings/000040.gif") == folder.data("end.gif"))
    }
  }

  @Test func whereStepsAreCountedSoAreRecordings() throws {
    try withTemporaryFolder { folder in
      let outcome = command(
        small + [
          "--steps", "120", "--record-every", "50", "--no-report", "--run-dir", folder.path("run"),
        ])
      try #require(outcome.code == 0, "\(outcome.notes)")
      let places = folder.names("run/recordings").compactMap { Int($0.dropLast(4)) }.sorted()
      try #require(places.count == 3)
      #expect(places[0] == 0 && (50..<100).contains(places[1]) && places[2] >= 100)
    }
  }

  /// Of a run that has no end yet, the agent as the last checkpoint has it.
  @Test func aRunThatIsNotOverHasItsLastCheckpoint() throws {
    try withTemporaryFolder { folder in
      let begun = command(
        small + ["--episodes", "100000", "--quiet", "--run-dir", folder.path("run")],
        isInterrupted: interruptions(after: 200))
      #expect(begun.code == 130)
      let outcome = command(
        "record", folder.path("run"), folder.path("stages.gif"), "--stages", "--size", "300x200")
      try #require(outcome.code == 0, "\(outcome.notes)")
      let episodes = try #require(try folder.json("run/result.json")["episodes"]?.integer)
      #expect(outcome.output.contains("\nAt the last checkpoint, after \(episodes) episodes"))
      #expect(!outcome.output.contains("At the end"))
    }
  }

  @Test func allStagesAreShownSideBySide() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "20", "--no-report", in: folder.path("run"))
      let path = folder.path("stages.gif")
      let outcome = command(
        "record", folder.path("run"), path, "--stages", "--episodes", "2", "--json")
      try #require(outcome.code == 0, "\(outcome.notes)")
      let shown = try JSONValue(parsing: Data(outcome.output.utf8))
      guard case .array(let stages) = shown["stages"] else {
        Issue.record("no stages")
        return
      }
      #expect(stages.map { $0["episodes"]?.integer } == [0, 17, 20])
      #expect(stages.map { $0["title"]?.text } == ["Untrained", "On the way", "At the end"])
      // An episode lasts as long as that of the stage that takes longest, and begins with a frame.
      let lengths = stages.map { stage -> [Int] in
        guard case .array(let lengths) = stage["lengths"] else { return [] }
        return lengths.compactMap(\.integer)
      }
      let frames = (0..<2).map { index in (lengths.map { $0[index] }.max() ?? 0) + 1 }
      #expect(shown["frames"] == .integer(frames[0] + frames[1]))
      // Three scenes side by side: the size stands in a GIF's seventh to tenth byte.
      let size = Array(try folder.data("stages.gif")[6..<10])
      #expect(Int(size[0]) + 256 * Int(size[1]) > 3 * (Int(size[2]) + 256 * Int(size[3])))
      let wrong = command("record", folder.path("run"), "--stages", "--checkpoint", "best")
      #expect(wrong.code == 64 && wrong.notes.contains("--stages shows all agents"))
    }
  }
}
