import Checkpoints
import Foundation
import Testing

@testable import TrainingCommands

@Suite struct TrainCommandTests {
  @Test func leavesAFolderThatHoldsAllOfTheRun() throws {
    try withTemporaryFolder { folder in
      let transcript = try train("--episodes", "5", "--seed", "3", in: folder.path("a"))
      #expect(transcript.output == folder.path("a") + "\n")
      #expect(try folder.column("episode", of: "a/episodes.csv") == ["1", "2", "3", "4", "5"])
      #expect(try folder.json("a/config.json", "seed") == .integer(3))
      #expect(try folder.json("a/config.json", "command") == #"train-agent 'it'\''s me'"#)
      #expect(try folder.json("a/config.json", "version") == .text(packageVersion))
      #expect(try folder.json("a/result.json", "episodes") == .integer(5))
      for name in ["final", "best"] {
        #expect(try folder.data("a/checkpoints/\(name).safetensors").count > 100)
      }
    }
  }

  @Test func readsBackTheConfigurationThatItWrites() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "4", "--learning-rate", "0.02", "--algo", "a2c", in: folder.path("a"))
      let transcript = Transcript()
      let flags = ["--config", folder.path("a/config.json"), "--run-dir", folder.path("b")]
      #expect(run(flags, in: transcript.context()) == 0)
      #expect(try folder.text("a/config.json") == folder.text("b/config.json"))
      #expect(try folder.text("a/episodes.csv") == folder.text("b/episodes.csv"))
    }
  }

  @Test func refusesAFolderWithARunAndLeavesItAlone() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let before = try folder.text("a/episodes.csv")
      let transcript = Transcript()
      let flags = smallRun + ["--episodes", "3", "--run-dir", folder.path("a")]
      #expect(run(flags, in: transcript.context()) == 1)
      #expect(transcript.notes.contains("already holds a run (config.json); choose another"))
      #expect(try folder.text("a/episodes.csv") == before)
    }
  }

  @Test func saysThatAFolderCannotBeMade() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write(Data(), to: "file")
      for path in [file, file + "/a"] {
        let (code, transcript) = command("--env", "corridor", "--run-dir", path)
        #expect(code == 1)
        #expect(transcript.notes.contains("Error: \(path) "))
      }
    }
  }

  @Test func wrongUsageLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      for flags in [
        ["--algo", "relux"], ["--episodes", "0"], ["--env", "lunarlander-continuous"],
      ] {
        let all = smallRun + ["--run-dir", folder.path("a")] + flags
        #expect(run(all, in: Transcript().context()) == 64)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }
  }

  @Test func endsWithATableUnlessQuiet() throws {
    try withTemporaryFolder { folder in
      let (code, transcript) = command(
        "--env", "corridor", "--episodes", "2", "--hidden", "none", "--run-dir", folder.path("a"))
      #expect(code == 0)
      for word in ["episodes", "wall time", "solved", "sampled", "greedy"] {
        #expect(transcript.output.contains(word))
      }
      #expect(transcript.output.hasSuffix("The run is in \(folder.path("a")).\n"))
    }
  }
}
