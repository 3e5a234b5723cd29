import Checkpoints
import Foundation
import Testing

@testable import TrainingCommands

@Suite struct ComparisonTests {
  private let flags = [
    "compare", "--env", "corridor", "--algos", "a2c,relax:cv-steps=2", "--seeds", "3",
    "--first-seed", "5", "--hidden", "4", "--cv-hidden", "4", "--value-steps", "1", "--episodes",
    "20", "--variance-every", "10", "--variance-episodes", "3", "--quiet",
  ]
  private let tables = [
    "episodes.csv", "summary.csv", "summary.md", "figure.svg", "figure.png", "comparison.html",
  ]

  private func compare(
    _ more: String..., in folder: String, isInterrupted: @escaping () -> Bool = { false }
  ) -> (code: Int32, transcript: Transcript) {
    let transcript = Transcript()
    let arguments = flags + ["--run-dir", folder] + more
    let code = TrainingCommands.run(
      arguments, in: transcript.context(isInterrupted: isInterrupted))
    return (code, transcript)
  }

  @Test func theNumberOfJobsChangesNothing() throws {
    try withTemporaryFolder { folder in
      for jobs in ["1", "2", "5"] {
        #expect(compare("--jobs", jobs, in: folder.path(jobs)).code == 0)
        for file in tables {
          let first = try folder.data("1/\(file)")
          #expect(try folder.data("\(jobs)/\(file)") == first)
        }
      }
      let algorithms = try folder.column("algorithm", of: "1/episodes.csv")
      #expect(algorithms.count == 120 && Set(algorithms) == ["a2c", "relax:cv-steps=2"])
      #expect(try folder.column("seed", of: "1/episodes.csv")[20..<40].allSatisfy { $0 == "6" })
      #expect(try folder.column("log_variance", of: "1/episodes.csv").count { !$0.isEmpty } == 12)
    }
  }

  @Test func anInterruptedComparisonGoesOn() throws {
    try withTemporaryFolder { folder in
      #expect(compare("--episodes", "80", "--jobs", "2", in: folder.path("whole")).code == 0)
      let runs = folder.url.appending(path: "parts/runs").path
      var counts: [Int] = []
      var code: Int32 = 130
      while code == 130 && counts.count < 10 {
        let before = counts.last ?? 0
        code =
          compare("--episodes", "80", "--jobs", "1", in: folder.path("parts")) {
            let count = (try? FileManager.default.contentsOfDirectory(atPath: runs))?.count ?? 0
            return count > before
          }.code
        counts.append(try FileManager.default.contentsOfDirectory(atPath: runs).count)
        if code == 130 {
          #expect(!FileManager.default.fileExists(atPath: folder.path("parts/summary.csv")))
        }
      }
      #expect(code == 0 && counts.last == 6)
      #expect(counts.count > 1, "it was interrupted: \(counts)")
      for file in tables {
        #expect(try folder.data("parts/\(file)") == folder.data("whole/\(file)"))
      }
    }
  }

  @Test func finishedRunsAreNotTrainedAgain() throws {
    try withTemporaryFolder { folder in
      #expect(compare(in: folder.path("a")).code == 0)
      let file = "a/runs/1-a2c-seed-5.json"
      var run = try #require(FinishedRun(parsing: folder.data(file)))
      run.returns[0] = 77
      try folder.write(run.fileContents(), to: file)
      let config = try folder.data("a/comparison.json")
      #expect(compare("--jobs", "1", in: folder.path("a")).code == 0)
      #expect(try folder.column("return", of: "a/episodes.csv")[0] == "77.0")
      #expect(try folder.data("a/comparison.json") == config)
    }
  }

  @Test func refusesTheFolderOfAnotherComparison() throws {
    try withTemporaryFolder { folder in
      #expect(compare(in: folder.path("a")).code == 0)
      let summary = try folder.data("a/summary.csv")
      let (code, transcript) = compare("--seeds", "4", in: folder.path("a"))
      #expect(code == 1)
      #expect(
        transcript.notes
          == "Error: \(folder.path("a")) holds a comparison with other settings or of another "
          + "version; choose another folder with --run-dir, or repeat the command that made it: "
          + #"train-agent 'it'\''s me'"# + "\n")
      #expect(try folder.data("a/summary.csv") == summary)
    }
  }

  @Test func saysWhichRunIsDamaged() throws {
    try withTemporaryFolder { folder in
      #expect(compare(in: folder.path("a")).code == 0)
      let other = try folder.data("a/runs/1-a2c-seed-6.json")
      for damaged in [Data("{}".utf8), other] {
        let path = try folder.write(damaged, to: "a/runs/1-a2c-seed-5.json")
        let (code, transcript) = compare(in: folder.path("a"))
        #expect(code == 1)
        #expect(
          transcript.notes
            == "Error: \(path) is not a run of this comparison; delete it, and it is trained anew\n"
        )
      }
    }
  }
}
