import Foundation
import Testing

@testable import TrainingCommands

@Suite struct VarianceCommandTests {
  private static let brief = [
    "--episodes", "6", "--fit-episodes", "5", "--value-steps", "3", "--cv-steps", "2",
    "--action-value-steps", "4",
  ]

  private func variance(_ arguments: String...) -> (code: Int32, transcript: Transcript) {
    let transcript = Transcript()
    return (run(["variance"] + arguments + Self.brief, in: transcript.context()), transcript)
  }

  /// The log-variances of the estimators, which no clock enters.
  private func figures(_ arguments: String..., in folder: TemporaryFolder) throws -> [Double] {
    let transcript = Transcript()
    #expect(run(["variance"] + arguments + Self.brief, in: transcript.context()) == 0)
    let entries = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return (entries as? [[String: Any]] ?? []).compactMap { $0["log_variance"] as? Double }
  }

  @Test func printsARowForEachEstimator() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", in: folder.path("a"))
      let (code, transcript) = variance(folder.path("a"))
      #expect(code == 0)
      let lines = transcript.output.split(separator: "\n")
      #expect(lines.count == 10)
      #expect(lines[0].hasPrefix("estimator"))
      #expect(lines[3].hasPrefix("A2C, V(s)") && lines[3].contains("0.000"))
    }
  }

  @Test func theSeedDecidesAndTheCheckpointMatters() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "30", "--learning-rate", "0.05", in: folder.path("a"))
      let path = folder.path("a")
      let first = try figures(path, "--json", in: folder)
      #expect(first.count == 8)
      #expect(try figures(path, "--json", in: folder) == first)
      #expect(try figures(path, "--json", "--refinement-steps", "2", in: folder).count == 9)
      #expect(try figures(path, "--json", "--seed", "9", in: folder) != first)
      #expect(try figures(path, "--json", "--untrained", in: folder) != first)
    }
  }

  @Test func saysWhatIsWrong() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "2", in: folder.path("a"))
      let trials: [(flags: [String], code: Int32, message: String)] = [
        (["variance", folder.path("none")], 1, "there is no such file or folder"),
        (["variance", folder.path("a"), "--episodes", "1"], 64, "must be an integer of 2 or more"),
        (["variance", folder.path("a"), "--cv-steps", "x"], 64, "--cv-steps is x"),
        (
          ["variance", folder.path("a"), "--action-value-steps", "-1"], 64,
          "--action-value-steps is -1"
        ),
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
