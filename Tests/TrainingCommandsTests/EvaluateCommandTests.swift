import Foundation
import Testing

@testable import TrainingCommands

@Suite struct EvaluateCommandTests {
  @Test func repeatsTheEvaluationAtTheEndOfTheRun() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "20", "--seed", "4", in: folder.path("a"))
      let (code, transcript) = command("evaluate", folder.path("a"), "--episodes", "3", "--json")
      #expect(code == 0)
      try folder.write(Data(transcript.output.utf8), to: "evaluation.json")
      for actions in ["sampled", "greedy"] {
        #expect(
          try folder.json("evaluation.json", actions)
            == folder.json("a/result.json", "evaluation", actions))
      }
      #expect(try folder.json("evaluation.json", "seed") == .integer(4))
      #expect(try folder.json("evaluation.json", "environment") == "corridor")
    }
  }

  @Test func printsATable() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let output = command("evaluate", folder.path("a"), "--checkpoint", "best", "--seed", "8")
        .transcript.output
      #expect(output.split(separator: "\n").count == 4)
      #expect(output.hasPrefix("actions  mean return  ± error"))
    }
  }

  @Test func saysWhatIsWrong() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let run = folder.path("a")
      let trials: [(flags: [String], code: Int32, message: String)] = [
        (["evaluate", folder.path("none")], 1, "there is no such file or folder"),
        (["evaluate", folder.url.path], 1, "holds no run (config.json is missing)"),
        (["evaluate", run, "--episodes", "0"], 64, "--episodes is 0, but must be an integer of 1"),
        (["evaluate", run, "--seed", "-1"], 64, "--seed is -1, but must be an integer of 0"),
        (["evaluate", run, "--env", "hal"], 64, "did you mean \"hall\"?"),
        (
          ["evaluate", run, "--env", "lunarlander"], 1,
          "holds an agent for corridor (2 observations, 2 actions), but lunarlander has 8 and 4; "
            + "evaluate it in corridor"
        ),
        (["evaluate", run, "--checkpoint", "last"], 64, "'final' and 'best'"),
      ]
      for trial in trials {
        let transcript = Transcript()
        #expect(TrainingCommands.run(trial.flags, in: transcript.context()) == trial.code)
        #expect(transcript.notes.contains(trial.message))
        #expect(transcript.output.isEmpty)
      }
    }
  }
}
