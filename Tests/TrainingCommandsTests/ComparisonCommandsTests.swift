import Experiments
import Files
import Foundation
import Testing

/// The commands `compare` and `tune`.
@Suite struct ComparisonCommandsTests {
  private static let shared = [
    "--env", "corridor", "--hidden", "4", "--cv-hidden", "4", "--value-steps", "1", "--quiet",
  ]
  private let comparison =
    ["compare", "--algos", "a2c,relax:cv-steps=2,reinforce", "--seeds", "2", "--first-seed", "5"]
    + shared + [
      "--episodes", "12", "--variance-every", "6", "--variance-episodes", "3",
    ]
  private let tables = [
    "episodes.csv", "summary.csv", "summary.md", "figure.svg", "figure.png", "comparison.html",
  ]
  private let search =
    [
      "tune", "--algo", "a2c", "--vary", "learning-rate=0.001..0.1", "--vary", "entropy",
      "--trials", "4",
    ]
    + ["--seeds", "2", "--halvings", "1", "--by", "final_mean_return", "--episodes", "8"] + shared

  /// Before anything is trained, and without a folder.
  @Test func anUnknownMeasureIsRefused() throws {
    try withTemporaryFolder { folder in
      let outcome = command(search + ["--by", "speed", "--run-dir", folder.path("search")])
      #expect(
        outcome.code == 64 && outcome.notes.contains("--by is speed, which these runs do not"))
      #expect(!FileManager.default.fileExists(atPath: folder.path("search")))
    }
  }

  @Test func theNumberOfJobsChangesNothing() throws {
    try withTemporaryFolder { folder in
      for jobs in ["1", "4"] {
        let outcome = command(comparison + ["--jobs", jobs, "--run-dir", folder.path(jobs)])
        #expect(outcome.code == 0 && outcome.output == folder.path(jobs) + "\n")
      }
      try folder.expectSame(tables, in: "1", and: "4")
      #expect(folder.names("1") == (tables + ["comparison.json", "runs"]).sorted())
      let variants = try folder.column("variant", of: "1/episodes.csv")
      #expect(variants.count == 72 && Set(variants) == ["a2c", "relax:cv-steps=2", "reinforce"])
      #expect(try folder.column("seed", of: "1/episodes.csv")[12..<24].allSatisfy { $0 == "6" })
      #expect(try folder.json("1/comparison.json")["seeds"] == .integer(2))

      // A cell is a run like any other: the one that its settings make.
      let cell = "1/runs/2-relax-cv-steps-2-seed-5"
      let run = command(
        "--config", folder.path("\(cell)/config.json"), "--quiet", "--run-dir", folder.path("run"))
      #expect(run.code == 0)
      try folder.expectSame(["episodes.csv"], in: cell, and: "run")
      #expect(command("evaluate", folder.path(cell), "--episodes", "2").code == 0)
    }
  }

  @Test func anInterruptedComparisonGoesOn() throws {
    try withTemporaryFolder { folder in
      #expect(command(comparison + ["--run-dir", folder.path("whole")]).code == 0)
      let parts = comparison + ["--jobs", "1", "--run-dir", folder.path("parts")]
      var codes: [Int32] = []
      while codes.last != 0, codes.count < 50 {
        codes.append(
          command(parts, isInterrupted: interruptions(after: codes.count)).code)
      }
      #expect(codes.first == 130 && codes.last == 0 && codes.dropLast().allSatisfy { $0 == 130 })
      try folder.expectSame(tables, in: "parts", and: "whole")
    }
  }

  @Test func finishedRunsAreNotExecutedAgain() throws {
    try withTemporaryFolder { folder in
      #expect(command(comparison + ["--run-dir", folder.path("a")]).code == 0)
      let cell = "a/runs/1-a2c-seed-5"
      let result = try folder.data("\(cell)/result.json")
      #expect(command(comparison + ["--run-dir", folder.path("a")]).code == 0)
      #expect(try folder.data("\(cell)/result.json") == result, "times included")

      let other = command(comparison + ["--seeds", "3", "--run-dir", folder.path("a")])
      #expect(other.code == 1)
      #expect(
        other.notes.contains(
          "holds a comparison with other settings or of another version; choose another folder with "
            + #"--run-dir, or repeat the command that made it: train-agent 'it'\''s me'"#))
      let config = String(decoding: try folder.data("\(cell)/config.json"), as: UTF8.self)
      try folder.write(
        config.replacing("\"seed\": 5", with: "\"seed\": 77"), to: "\(cell)/config.json")
      let damaged = command(comparison + ["--run-dir", folder.path("a")])
      #expect(damaged.code == 1 && damaged.notes.contains("is not a run of this comparison"))
    }
  }

  @Test func endsWithTablesUnlessQuiet() throws {
    try withTemporaryFolder { folder in
      let flags = comparison.filter { $0 != "--quiet" } + ["--run-dir", folder.path("a b")]
      let interrupted = command(flags, isInterrupted: { true })
      #expect(interrupted.code == 130)
      #expect(
        interrupted.output
          == "Interrupted; the same command with --run-dir '\(folder.path("a b"))' goes on.\n")
      let outcome = command(flags)
      for text in ["corridor, at most 12 episodes", "Differences to a2c", "wall time", "It took "] {
        #expect(outcome.output.contains(text), "\(text)")
      }
      #expect(outcome.output.hasSuffix("The comparison is in \(folder.path("a b")).\n"))
      let summary = String(decoding: try folder.data("a b/summary.md"), as: UTF8.self)
      #expect(!summary.contains("wall time"))
    }
  }

  @Test func unequalBudgetsAreTold() throws {
    try withTemporaryFolder { folder in
      let outcome = command(
        "compare", "--env", "corridor", "--algos", "reinforce:episodes=2,a2c:episodes=3", "--seeds",
        "1", "--hidden", "4", "--run-dir", folder.path("a"))
      #expect(outcome.code == 0)
      #expect(
        outcome.output.contains(
          "Not the same for all: reinforce:episodes=2 corridor, at most 2 episodes; "
            + "a2c:episodes=3 corridor, at most 3 episodes."))
    }
  }

  @Test func aSearchLeavesItsTrialsAndTheBestSettings() throws {
    try withTemporaryFolder { folder in
      #expect(command(search + ["--run-dir", folder.path("a")]).code == 0)
      #expect(
        folder.names("a")
          == ["best.json", "figure.svg", "rung-1", "rung-2", "trials.csv", "tuning.json"])
      #expect(try folder.column("rung", of: "a/trials.csv") == ["2", "2", "1", "1", "1", "1"])
      #expect(try folder.column("runs", of: "a/trials.csv") == ["2", "2", "1", "1", "1", "1"])
      let means = try folder.column("mean", of: "a/trials.csv").compactMap(Double.init)
      #expect(means.count == 6 && means[0] >= means[1] && means[2] >= means[5])
      let rates = try folder.column("learning_rate", of: "a/trials.csv").compactMap(Double.init)
      #expect(rates.allSatisfy { (0.001...0.1).contains($0) } && Set(rates).count == 4)
      #expect(try folder.json("a/best.json")["learning_rate"]?.double == rates[0])
      let best = command(
        "--config", folder.path("a/best.json"), "--quiet", "--run-dir", folder.path("b"))
      #expect(best.code == 0)

      // Ended at any time, the same command goes on.
      var codes: [Int32] = []
      while codes.last != 0, codes.count < 50 {
        codes.append(
          command(
            search + ["--jobs", "1", "--run-dir", folder.path("parts")],
            isInterrupted: interruptions(after: codes.count)
          ).code)
      }
      #expect(codes.first == 130 && codes.last == 0)
      try folder.expectSame(["trials.csv", "best.json", "figure.svg"], in: "parts", and: "a")
    }
  }

  @Test(arguments: [
    (["compare", "--algos", "relux"], "did you mean \"relax\"?"),
    (["compare", "--algos", "a2c,a2c"], "--algos names a2c twice"),
    (["compare", "--algos", "relax,relax:cv-form=value+relaxation"], "has the settings of relax"),
    (
      ["compare", "--algos", "relax:cv-fro=value"],
      "no setting \"cv-fro\" to give relax; did you mean"
    ),
    (["compare", "--algos", "relax:cv-steps=1;cv-steps=2"], "sets cv-steps twice"),
    (["compare", "--algos", "relax:seed=1"], "all have the same seeds; set them with --seeds"),
    (["compare", "--algos", "a2c:cv-steps=2"], "--cv-steps has no part in a2c"),
    (
      ["compare", "--algos", "a2c", "--cv-steps", "2"], "--cv-steps has no part in what is compared"
    ),
    (["compare"], "name some with --algos one,other"),
    (["compare", "--algos", "a2c", "--seeds", "0"], "--seeds is 0, but must be from 1 to 100000"),
    (["compare", "--algos", "a2c", "--jobs", "0"], "--jobs is 0, but must be from 1 to 256"),
    (
      ["compare", "--algos", "a2c", "--first-seed", "-1"],
      "--first-seed is -1, but must be 0 or more"
    ),
    (["compare", "--algos", "a2c", "--env", "coridor"], "did you mean \"corridor\"?"),
    (["compare", "--algos", "lax", "--env", "cartpole"], "lax has no agent for the 2 actions"),
    (["tune"], "There is nothing to search; name settings with --vary"),
    (["tune", "--vary", "learning-rat"], "did you mean learning-rate?"),
    (["tune", "--vary", "learning-rate=1..99"], "--learning-rate is 99"),
    (["tune", "--vary", "activation"], "names no range"),
    (["tune", "--algo", "a2c", "--vary", "cv-steps"], "--vary: cv-steps has no part in a2c"),
    (["tune", "--vary", "entropy", "--trials", "1"], "--trials is 1"),
  ])
  func wrongUsageLeavesNothingBehind(flags: [String], sentence: String) throws {
    try withTemporaryFolder { folder in
      let start = [flags[0]] + ["--env", "corridor", "--quiet", "--run-dir", folder.path("a")]
      let outcome = command(start + flags.dropFirst())
      #expect(outcome.code == 64 && outcome.notes.contains(sentence), "\(outcome.notes)")
      #expect(outcome.notes.hasPrefix("Error: ") && folder.names(".").isEmpty)
    }
  }
}
