import Checkpoints
import Foundation
import Testing

@Suite struct RunDirectoryTests {
  @Test func createsTheFolderWithItsParents() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder.appending(path: "a/b/run 7"))
      #expect(try names(in: folder.appending(path: "a/b")) == ["run 7"])
      #expect(try names(in: run.url) == ["checkpoints"])
      let paths = [run.config, run.episodes, run.updates, run.metrics, run.checkpoints, run.result]
      #expect(
        paths.map(\.lastPathComponent) == [
          "config.json", "episodes.csv", "updates.csv", "metrics.jsonl", "checkpoints",
          "result.json",
        ])
      #expect(paths.allSatisfy { $0.deletingLastPathComponent().path == run.url.path })
    }
  }

  @Test func anEmptyFolderWillDo() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appending(path: "notes.txt"))
      _ = try RunDirectory.create(at: folder)
      #expect(try names(in: folder) == ["checkpoints", "notes.txt"])
    }
  }

  /// What a run leaves that was killed as it started is no run.
  @Test func anEmptyFolderOfCheckpointsWillDo() throws {
    try withTemporaryFolder { folder in
      let checkpoints = folder.appending(path: "checkpoints")
      try FileManager.default.createDirectory(at: checkpoints, withIntermediateDirectories: false)
      _ = try RunDirectory.create(at: folder)
      #expect(try names(in: folder) == ["checkpoints"])
      try Data("precious".utf8).write(to: checkpoints.appending(path: "agent"))
      #expect(
        sentence { try RunDirectory.create(at: folder) }
          .contains("already holds a run (checkpoints)"))
      #expect(try names(in: checkpoints) == ["agent"])
    }
  }

  @Test(arguments: ["config.json", "episodes.csv", "updates.csv", "metrics.jsonl", "result.json"])
  func refusesAFolderThatHoldsARun(file: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: file)
      try Data("precious".utf8).write(to: url)
      let message = sentence { try RunDirectory.create(at: folder) }
      #expect(
        message.hasSuffix(
          " already holds a run (\(file)); choose another folder for this one or delete that run "
            + "first"))
      #expect(try names(in: folder) == [file])
      #expect(try String(contentsOf: url, encoding: .utf8) == "precious")
    }
  }

  /// Nor does it lose the folder of its checkpoints, where it has none yet.
  @Test func refusesTheFolderOfARunThatHasBegun() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(at: folder)
      try Data("{}".utf8).write(to: run.config)
      #expect(
        sentence { try RunDirectory.create(at: folder) }
          .contains("already holds a run (config.json)"))
      #expect(try names(in: folder) == ["checkpoints", "config.json"])
    }
  }

  @Test func refusesAFileAndWhatLiesBelowOne() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data("x".utf8).write(to: file)
      #expect(sentence { try RunDirectory.create(at: file) }.contains("is not a folder; choose"))
      let below = file.appending(path: "a/b")
      #expect(sentence { try RunDirectory.create(at: below) }.contains("is not a folder; correct"))
    }
  }

  @Test func refusesAParentWithoutPermission() async {
    await #expect(processExitsWith: .success) {
      try withReadOnlyFolder { folder in
        for create in [
          { try RunDirectory.create(at: folder.appending(path: "a/run")) },
          { try RunDirectory.create(at: folder) },
          { try RunDirectory.create(named: "run", in: folder) },
        ] {
          let message = sentence { try create() }
          #expect(message.contains("permission denied; choose a place"))
        }
      }
    }
  }

  @Test func takenNamesGetANumber() throws {
    try withTemporaryFolder { folder in
      let runs = folder.appending(path: "runs")
      func create() throws -> String {
        try RunDirectory.create(named: "lunarlander-relax-7", in: runs).url.lastPathComponent
      }
      #expect(try create() == "lunarlander-relax-7")
      #expect(try create() == "lunarlander-relax-7-2")
      try Data().write(to: runs.appending(path: "lunarlander-relax-7-3"))
      #expect(try create() == "lunarlander-relax-7-4")
    }
  }

  @Test func namesAreSafeForShells() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory.create(named: "../my env: ä;1-relax_7.2", in: folder)
      #expect(run.url.lastPathComponent == "..-my-env----1-relax_7.2")
      #expect(try names(in: folder) == ["..-my-env----1-relax_7.2"])
    }
  }

  @Test func opensOnlyRuns() throws {
    try withTemporaryFolder { folder in
      #expect(
        sentence { try RunDirectory(opening: folder) }.hasSuffix(
          " holds no run (config.json is missing); name the folder of a finished or interrupted "
            + "run"))
      try Data("{}".utf8).write(to: folder.appending(path: "config.json"))
      #expect(try RunDirectory(opening: folder).url == folder)
      #expect(
        sentence { try RunDirectory(opening: URL(filePath: "no/such-run")) }.hasPrefix(
          "no/such-run cannot be read: there is no such file or folder"))
    }
  }
}
