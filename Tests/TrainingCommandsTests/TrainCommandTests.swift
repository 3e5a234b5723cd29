import ExperimentCommands
import Experiments
import Files
import Foundation
import Synchronization
import Testing

@Suite struct TrainCommandTests {
  @Test func leavesAFolderThatHoldsAllOfTheRun() throws {
    try withTemporaryFolder { folder in
      let outcome = try train("--episodes", "5", "--seed", "3", in: folder.path("a"))
      #expect(outcome.output == folder.path("a") + "\n" && outcome.notes.isEmpty)
      #expect(try folder.column("episode", of: "a/episodes.csv") == ["1", "2", "3", "4", "5"])
      let config = try folder.json("a/config.json")
      #expect(config["seed"] == .integer(3))
      #expect(config["command"] == #"train-agent 'it'\''s me'"#)
      #expect(config["version"] == "9.9")
      let result = try folder.json("a/result.json")
      #expect(result["status"] == "finished" && result["episodes"] == .integer(5))
      #expect(result["evaluation"]?["episodes"] == .integer(3))
      #expect(
        folder.names("a/checkpoints")
          == ["best", "final", "latest", "middle"].map { "\($0).safetensors" })
      #expect(
        folder.names("a")
          == ["checkpoints", "config.json", "episodes.csv", "report.html", "result.json"])
    }
  }

  @Test func endsWithTablesUnlessQuiet() throws {
    try withTemporaryFolder { folder in
      let outcome = command(
        "--env", "corridor", "--episodes", "2", "--hidden", "none", "--eval-episodes", "2",
        "--tensorboard", "--run-dir", folder.path("a"))
      #expect(outcome.code == 0)
      for word in ["episodes", "wall time", "solved", "sampled", "greedy"] {
        #expect(outcome.output.contains(word))
      }
      #expect(outcome.output.hasSuffix("The run is in \(folder.path("a")).\n"))
      #expect(folder.names("a").contains { $0.contains("tfevents") })
    }
  }

  @Test func measurementsGoIntoAFileOfTheirOwn() throws {
    try withTemporaryFolder { folder in
      try train(
        "--episodes", "6", "--variance-every", "3", "--variance-episodes", "2", "--eval-every", "2",
        in: folder.path("a"))
      let lines = String(decoding: try folder.data("a/metrics.jsonl"), as: UTF8.self)
        .split(separator: "\n")
      #expect(
        lines.map { $0.contains("\"evaluation\"") ? "e" : $0.contains("\"variance\"") ? "v" : "?" }
          == ["e", "v", "e", "v", "e"])
    }
  }

  @Test func readsBackTheSettingsThatItWrites() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "4", "--learning-rate", "0.02", "--algo", "a2c", in: folder.path("a"))
      let again = command(
        "--config", folder.path("a/config.json"), "--quiet", "--run-dir", folder.path("b"))
      #expect(again.code == 0)
      try folder.expectSame(
        ["config.json", "episodes.csv", "checkpoints/final.safetensors"], in: "a", and: "b")
    }
  }

  // MARK: Going on

  @Test(arguments: ["relax", "a2c", "reinforce"])
  func anInterruptedRunGoesOnToTheSameBytes(algorithm: String) throws {
    try withTemporaryFolder { folder in
      let isPlain = algorithm == "reinforce"
      let flags =
        ["--env", "corridor", "--algo", algorithm, "--episodes", "12", "--hidden", "4"]
        + ["--eval-episodes", "3", "--quiet"]
        + (isPlain ? [] : ["--cv-hidden", "4", "--value-steps", "1"])
      #expect(command(flags + ["--run-dir", folder.path("whole")]).code == 0)
      let remaining = Mutex(6)
      let first = command(
        flags + ["--run-dir", folder.path("a b")],
        isInterrupted: {
          remaining.withLock {
            $0 -= 1
            return $0 <= 0
          }
        })
      #expect(first.code == 130 && first.output == folder.path("a b") + "\n")
      #expect(try folder.json("a b/result.json")["status"] == "interrupted")
      #expect(try folder.column("episode", of: "a b/episodes.csv").count < 12)
      // An agent to look at in the meantime.
      #expect(command("evaluate", folder.path("a b"), "--episodes", "2").code == 0)
      // The settings need not be repeated.
      #expect(command("--resume", "--quiet", "--run-dir", folder.path("a b")).code == 0)
      try folder.expectSame(
        ["episodes.csv", "checkpoints/final.safetensors", "checkpoints/best.safetensors"],
        in: "a b",
        and: "whole")
    }
  }

  @Test func saysHowToGoOn() throws {
    try withTemporaryFolder { folder in
      let flags = ["--env", "corridor", "--hidden", "4", "--run-dir", folder.path("a b")]
      let outcome = command(flags, isInterrupted: { true })
      #expect(outcome.code == 130)
      #expect(
        outcome.output.hasSuffix(
          "Interrupted; go on with --resume --run-dir '\(folder.path("a b"))'.\n"))
    }
  }

  @Test func episodesMayBeAddedAndNothingElseChanged() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "4", in: folder.path("a"))
      let resume = ["--resume", "--quiet", "--run-dir", folder.path("a")]
      #expect(command(resume + ["--episodes", "7"]).code == 0)
      #expect(try folder.column("episode", of: "a/episodes.csv").count == 7)
      #expect(try folder.json("a/config.json")["episodes"] == .integer(7))
      for (flags, sentence) in [
        (["--episodes", "5"], "holds a run with --episodes 7, not 5; leave the flag out to go on"),
        (["--seed", "1"], "holds a run with --seed 0, not 1;"),
        (
          ["--config", folder.path("a/config.json")], "has its own config.json; leave --config out"
        ),
      ] {
        let outcome = command(resume + flags)
        #expect(outcome.code == 64 && outcome.notes.contains(sentence), "\(outcome.notes)")
      }
      #expect(try folder.column("episode", of: "a/episodes.csv").count == 7)
      // Where there is no run yet, it begins.
      let other = small + ["--resume", "--episodes", "2", "--run-dir", folder.path("b")]
      #expect(command(other).code == 0)
      #expect(command("--resume").notes.contains("--resume needs the folder of the run"))
    }
  }

  // MARK: What goes wrong

  @Test func divergenceIsToldAndKept() throws {
    try withTemporaryFolder { folder in
      let outcome = command(small + ["--env", "abyss", "--run-dir", folder.path("a")])
      #expect(outcome.code == 1)
      #expect(outcome.notes.contains("The reward of step "))
      #expect(outcome.notes.hasSuffix("(\(folder.path("a")) has all until then.)\n"))
      let result = try folder.json("a/result.json")
      #expect(result["status"] == "diverged")
      #expect(command("evaluate", folder.path("a"), "--env", "corridor").code == 0)
    }
  }

  @Test func foldersThatAreTakenAreLeftAlone() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("run"))
      try FileManager.default.createDirectory(
        atPath: folder.path("notes"), withIntermediateDirectories: false)
      let file = try folder.write("thesis", to: "notes/result.json")
      let before = try folder.data("run/episodes.csv")
      for (path, sentence) in [
        (folder.path("run"), "already holds a run; go on with it by --resume, or choose another"),
        (folder.path("notes"), "is not empty; choose another folder"),
        (file, "is not a folder"), (file + "/a", "Error: \(file)"),
      ] {
        let outcome = command(small + ["--run-dir", path])
        #expect(outcome.code == 1 && outcome.notes.contains(sentence), "\(outcome.notes)")
      }
      #expect(command(small + ["--resume", "--run-dir", folder.path("notes")]).code == 1)
      #expect(try folder.data("run/episodes.csv") == before)
      #expect(folder.names("notes") == ["result.json"])
      #expect(try folder.data("notes/result.json") == Data("thesis".utf8))
    }
  }

  @Test func aRunThatIsBeingWrittenIsLeftAlone() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let claim = try ClaimedFolder(Path(folder.path("a")))
      let outcome = command("--resume", "--episodes", "9", "--run-dir", folder.path("a"))
      #expect(outcome.code == 1 && outcome.notes.contains("is being written by another process"))
      withExtendedLifetime(claim) {}
      #expect(try folder.column("episode", of: "a/episodes.csv").count == 2)
    }
  }

  @Test(arguments: [
    (["--algo", "relux"], "did you mean \"relax\"?"),
    (["--episodes", "0"], "--episodes is 0, but must be an integer of 1 or more"),
    (["--env", "cartpole", "--algo", "lax"], "choose --algo relax, a2c, reinforce"),
    (["--algo", "a2c", "--cv-steps", "3"], "--cv-steps has no part in a2c; leave it out."),
    (["--checkpoint-seconds", "-1"], "--checkpoint-seconds"),
    (["--gamma", "0.9"], "There is no --gamma; it is called --discount here."),
    (["--lr=0.1"], "There is no --lr; it is called --learning-rate here."),
    (["--total_timesteps", "5"], "it is called --steps here."),
    (["--episode", "5"], "Unknown option '--episode'"), (["--episodes"], "Missing value"),
    (["corridor"], "Unexpected argument"),
  ])
  func wrongUsageLeavesNothingBehind(flags: [String], sentence: String) throws {
    try withTemporaryFolder { folder in
      let outcome = command(small + ["--run-dir", folder.path("a")] + flags)
      #expect(outcome.code == 64 && outcome.output.isEmpty)
      #expect(
        outcome.notes.hasPrefix("Error: ") && outcome.notes.contains(sentence), "\(outcome.notes)")
      #expect(folder.names(".").isEmpty)
    }
  }

  @Test func anEmptyPathNamesNothing() {
    for start in [small, ["compare"] + small + ["--algos", "a2c,relax"]] {
      let outcome = command(start + ["--run-dir", ""])
      #expect(outcome.code == 64 && outcome.notes.contains("--run-dir is empty; name a folder"))
    }
  }

  @Test(arguments: [
    (#"{"seed": 1, "seed": 2}"#, "seed"), (#"{"seed": 1,}"#, "is not JSON"),
    (#"{"\u001b[2J": 1}"#, #"no setting "\u{1B}[2J""#), (#"{"cv_steps": -1}"#, "cv_steps is -1"),
  ])
  func aDefectiveSettingsFileIsRefused(text: String, sentence: String) throws {
    try withTemporaryFolder { folder in
      let file = try folder.write(text, to: "settings.json")
      let outcome = command(small + ["--config", file, "--run-dir", folder.path("a")])
      #expect(outcome.code == 64)
      #expect(outcome.notes.hasPrefix("Error: \(file)") && outcome.notes.contains(sentence))
      #expect(folder.names(".") == ["settings.json"])
    }
  }
}
