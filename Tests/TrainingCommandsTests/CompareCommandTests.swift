import Foundation
import Testing

@testable import TrainingCommands

@Suite struct CompareCommandTests {
  private let flags = [
    "compare", "--env", "corridor", "--algos", "a2c,reinforce", "--seeds", "2", "--hidden", "none",
    "--value-steps", "1", "--episodes", "4", "--jobs", "2",
  ]

  @Test func endsWithTablesUnlessQuiet() throws {
    try withTemporaryFolder { folder in
      for isQuiet in [false, true] {
        let transcript = Transcript()
        let path = folder.path(isQuiet ? "quiet" : "loud")
        let all = flags + ["--run-dir", path] + (isQuiet ? ["--quiet"] : [])
        #expect(run(all, in: transcript.context()) == 0)
        if isQuiet {
          #expect(transcript.output == path + "\n")
        } else {
          for text in ["seeds 0 to 1", "Differences to a2c", "wall time of a run", "It took "] {
            #expect(transcript.output.contains(text))
          }
          #expect(transcript.output.hasSuffix("The comparison is in \(path).\n"))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(
          names == [
            "comparison.html", "comparison.json", "episodes.csv", "figure.png", "figure.svg",
            "runs",
            "summary.csv", "summary.md",
          ])
      }
      #expect(try folder.json("loud/comparison.json", "seeds") == .integer(2))
      #expect(try folder.json("loud/comparison.json", "command") == #"train-agent 'it'\''s me'"#)
    }
  }

  @Test func saysHowAnInterruptedComparisonGoesOn() throws {
    try withTemporaryFolder { folder in
      let transcript = Transcript()
      let all = flags + ["--episodes", "100000", "--run-dir", folder.path("a b")]
      #expect(run(all, in: transcript.context(isInterrupted: { true })) == 130)
      #expect(
        transcript.output
          == "Interrupted; 0 of 4 runs are in \(folder.path("a b")), and the same command with "
          + "--run-dir '\(folder.path("a b"))' goes on.\n")
    }
  }

  @Test(arguments: [
    (["--algos", "relux"], "did you mean \"relax\"?"),
    (["--algos", "a2c,a2c"], "--algos names a2c twice"),
    (["--seeds", "0"], "--seeds is 0, but must be an integer from 1 to 100000"),
    (["--jobs", "0"], "--jobs is 0, but must be an integer from 1 to 256"),
    (["--first-seed", "-1"], "--first-seed is -1, but must be an integer of 0 or more"),
    (["--first-seed", "9223372036854775806"], "leaves no 2 seeds; take a smaller one"),
    (["--episodes", "0"], "--episodes is 0, but must be"),
    (["--env", "coridor"], "did you mean \"corridor\"?"),
    (["--env", "lunarlander-continuous"], "takes continuous actions"),
  ])
  func wrongUsageLeavesNothingBehind(more: [String], message: String) throws {
    try withTemporaryFolder { folder in
      let transcript = Transcript()
      let all = flags + ["--run-dir", folder.path("a")] + more
      #expect(run(all, in: transcript.context()) == 64)
      #expect(transcript.notes.hasPrefix("Error: ") && transcript.notes.contains(message))
      #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    }
  }

  @Test func asksForWhatIsMissing() {
    let (code, transcript) = command("compare", "--env", "corridor")
    #expect(code == 64)
    #expect(transcript.notes.contains("name algorithms with --algos relax,a2c,reinforce"))
    #expect(command("compare", "--algos", "a2c").transcript.notes.contains("with --env: cartpole"))
  }

  @Test func saysThatAFolderCannotBeMade() throws {
    try withTemporaryFolder { folder in
      let file = try folder.write(Data(), to: "file")
      for path in [file, file + "/a"] {
        let transcript = Transcript()
        #expect(run(flags + ["--run-dir", path], in: transcript.context()) == 1)
        #expect(transcript.notes.contains("Error: \(path) "))
      }
    }
  }
}
