import Files
import Foundation
import Testing

/// The commands on runs that were made before: `evaluate`, `record` and `variance`.
@Suite struct SavedRunCommandsTests {
  private static let brief = [
    "--episodes", "6", "--fit-episodes", "5", "--value-steps", "3", "--cv-steps", "2",
    "--action-value-steps", "4",
  ]

  @Test func evaluateRepeatsTheEvaluationAtTheEndOfTheRun() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "20", "--seed", "4", in: folder.path("a"))
      let outcome = command("evaluate", folder.path("a"), "--episodes", "3", "--json")
      #expect(outcome.code == 0)
      let evaluation = try JSONValue(parsing: Data(outcome.output.utf8))
      let result = try folder.json("a/result.json")["evaluation"]
      for actions in ["sampled", "greedy"] {
        let members = try #require(evaluation[actions]?.members)
        #expect(.object(members.dropLast(2)) == result?[actions])
        #expect(members.suffix(2).map(\.name) == ["returns", "lengths"])
        for (name, list) in zip(["mean_return", "mean_length"], members.suffix(2)) {
          guard case .array(let values) = list.value else {
            Issue.record("\(list.name) is no list")
            continue
          }
          let sum = values.compactMap(\.double).reduce(0, +)
          let mean = try #require(evaluation[actions]?[name]?.double)
          #expect(values.count == 3 && abs(sum / 3 - mean) < 1e-9)
        }
      }
      #expect(evaluation["seed"] == .integer(4) && evaluation["environment"] == "corridor")

      let table = command("evaluate", folder.path("a"), "--checkpoint", "best", "--seed", "8")
        .output
      #expect(table.hasPrefix("actions  mean return  ± error"))
      #expect(table.split(separator: "\n").count == 4)
    }
  }

  /// What is recorded are the first episodes of the evaluation.
  @Test func recordPlaysTheEpisodesOfTheEvaluation() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "20", "--seed", "4", in: folder.path("a"))
      let run = folder.path("a")
      let evaluation = command("evaluate", run, "--episodes", "3", "--json")
      let expected = try JSONValue(parsing: Data(evaluation.output.utf8))
      for (actions, flags) in [("greedy", []), ("sampled", ["--sampled"])] {
        let path = folder.path("\(actions).gif")
        let outcome = command(
          ["record", run, path, "--episodes", "3", "--size", "90x60", "--json"] + flags)
        try #require(outcome.code == 0, "\(outcome.notes)")
        let recorded = try JSONValue(parsing: Data(outcome.output.utf8))
        #expect(recorded["returns"] == expected[actions]?["returns"])
        #expect(recorded["lengths"] == expected[actions]?["lengths"])
        #expect(recorded["environment"] == "corridor" && recorded["output"] == .text(path))
        guard case .array(let lengths) = recorded["lengths"] else {
          Issue.record("no lengths")
          continue
        }
        // A frame for each start and each step.
        let frames = lengths.compactMap(\.integer).reduce(3, +)
        #expect(recorded["frames"] == .integer(frames))
        #expect(try folder.data("\(actions).gif").starts(with: Data("GIF89a".utf8)))
      }
      let again = command("record", run, folder.path("greedy.gif"))
      #expect(again.code == 1 && again.notes.contains("it is there already"))
      let images = command("record", run, folder.path("frames") + "/", "--checkpoint", "best")
      #expect(images.code == 0 && images.output.contains("frames of 600x400; return "))
      #expect(folder.names("frames").first == "frame-0001.png")
      #expect(!folder.names(".").contains { $0.hasPrefix(".writing") })
    }
  }

  @Test func saysWhatIsWrong() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let run = folder.path("a")
      let trials: [(flags: [String], code: Int32, sentence: String)] = [
        (["evaluate"], 64, "Missing expected"),
        (["evaluate", folder.path("none")], 1, "there is no such file or folder"),
        (["evaluate", folder.url.path], 1, "holds no run (config.json is missing)"),
        (["evaluate", run, "--episodes", "0"], 64, "--episodes is 0, but must be 1 or more"),
        (["evaluate", run, "--episodes", "9223372036854775807"], 64, "at most 10¹²"),
        (["evaluate", run, "--seed", "-1"], 64, "--seed is -1, but must be 0 or more"),
        (["evaluate", run, "--env", "hal"], 64, "did you mean \"hall\"?"),
        (
          ["evaluate", run, "--env", "lunarlander"], 1,
          "holds an agent for corridor (2 observations, 2 actions), but lunarlander has 8 and 4; "
            + "evaluate it in corridor"
        ),
        (["evaluate", run, "--checkpoint", "last"], 64, "one of 'final', 'middle' or 'best'"),
        (["record"], 64, "Missing expected"),
        (["record", folder.path("none")], 1, "there is no such file or folder"),
        (
          ["record", run, folder.path("a.avi")], 64, "names no format for a recording; let the name"
        ),
        (["record", run, "--episodes", "0"], 64, "--episodes is 0, but must be 1 or more"),
        (["record", run, "--fps", "0"], 64, "--fps is 0, but must be 1 or more"),
        (["record", run, folder.path("a.gif"), "--fps", "60"], 64, "choose at most 50"),
        (["record", run, "--size", "600"], 64, "such as 600x400"),
        (["record", run, "--size", "15x9999"], 64, "--size is \"15x9999\", but must be"),
        (["record", run, "--env", "hal"], 64, "did you mean \"hall\"?"),
        (["variance", folder.path("none")], 1, "there is no such file or folder"),
        (["variance", run, "--episodes", "1"], 64, "--episodes is 1, but must be 2 or more"),
        (["variance", run, "--episodes", "9223372036854775807"], 64, "at most 10¹²"),
        (["variance", run, "--cv-steps", "x"], 64, "'x' is invalid for '--cv-steps"),
        (["variance", run, "--action-value-steps=-1"], 64, "--action-value-steps is -1"),
      ]
      for trial in trials {
        let outcome = command(trial.flags)
        #expect(outcome.code == trial.code, "\(trial.flags)")
        #expect(outcome.notes.contains(trial.sentence), "\(outcome.notes)")
        #expect(outcome.output.isEmpty)
      }
    }
  }

  @Test func refusesAnAgentOfAnotherRun() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", in: folder.path("a"))
      let config = String(decoding: try folder.data("a/config.json"), as: UTF8.self)
      try folder.write(config.replacing("\"corridor\"", with: "\"cartpole\""), to: "a/config.json")
      let outcome = command("evaluate", folder.path("a"))
      #expect(outcome.code == 1)
      #expect(
        outcome.notes.hasSuffix(
          "holds an agent for corridor, but config.json beside it names cartpole; put the agent's own "
            + "config.json there\n"))
    }
  }

  @Test func theyEndWhenAskedTo() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let run = folder.path("a")
      for name in [["evaluate", run], ["variance", run], ["record", run, folder.path("a.gif")]] {
        let outcome = command(name + ["--episodes", "1000000000"], isInterrupted: { true })
        #expect(outcome.code == 130 && outcome.output.isEmpty)
      }
      #expect(folder.names(".") == ["a"])
    }
  }

  @Test func varianceHasARowForEachEstimator() throws {
    try withTemporaryFolder { folder in
      let path = folder.path("a")
      try train("--episodes", "10", "--learning-rate", "0.05", in: path)
      let table = command(["variance", path] + Self.brief)
      #expect(table.code == 0)
      let lines = table.output.split(separator: "\n")
      #expect(lines.count == 10 && lines[0].hasPrefix("estimator"))
      #expect(lines[3].hasPrefix("A2C, V(s)") && lines[3].contains("0.000"))

      /// The log-variances, which no clock enters.
      func figures(_ flags: String...) throws -> [Double] {
        let outcome = command(["variance", path, "--json"] + Self.brief + flags)
        guard case .array(let entries) = try JSONValue(parsing: Data(outcome.output.utf8)) else {
          return []
        }
        return entries.compactMap { $0["log_variance"]?.double }
      }
      let first = try figures()
      #expect(first.count == 8)
      #expect(try figures() == first)
      #expect(try figures("--refinement-steps", "2").count == 9)
      #expect(try figures("--seed", "9") != first)
      #expect(try figures("--untrained") != first)
    }
  }
}
