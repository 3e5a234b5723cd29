import Experiments
import Files
import Foundation
import Testing

/// The page of a run.
@Suite struct ReportTests {
  @Test func everyRunHasAPageThatChangesNothingElse() throws {
    try withTemporaryFolder { folder in
      let flags = ["--episodes", "120", "--eval-every", "40", "--variance-every", "50"]
      let more = ["--variance-episodes", "2", "--checkpoint-seconds", "0"]
      #expect(command(small + flags + more + ["--run-dir", folder.path("with")]).code == 0)
      #expect(
        command(small + flags + more + ["--run-dir", folder.path("without"), "--no-report"]).code
          == 0)
      let files = ["final", "best", "middle"].map { "checkpoints/\($0).safetensors" }
      try folder.expectSame(["episodes.csv", "metrics.jsonl"] + files, in: "with", and: "without")
      #expect(!folder.names("without").contains("report.html"))

      let page = String(decoding: try folder.data("with/report.html"), as: UTF8.self)
      #expect(page.utf8.count < 500_000)
      for text in [
        "Untrained", "On the way", "At the end", "after 0 episodes", "after 65 episodes",
        "after 120 episodes", "evaluation, greedy", "Log-variance of the gradient", "entropy",
        "<dt>hidden</dt><dd>4</dd>", #"it&#39;\&#39;&#39;s me"#,
      ] {
        let isThere = page.contains(text)
        #expect(isThere, "\(text)")
      }
    }
  }

  @Test func aPageIsWrittenForWhatIsThere() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "30", "--no-report", in: folder.path("run"))
      // Half-written, not finite, not even numbers: gaps.
      let rows = try String(decoding: folder.data("run/episodes.csv"), as: UTF8.self)
      try folder.write(rows + "31,nan,nan,inf,,,,\n32,\"<b>\",1\n33,5", to: "run/episodes.csv")
      try folder.write("{\"kind\":\"evaluation\",\"epi", to: "run/metrics.jsonl")
      try FileManager.default.removeItem(atPath: folder.path("run/checkpoints/middle.safetensors"))
      let outcome = command("report", folder.path("run"))
      #expect(outcome.code == 0 && outcome.output == folder.path("run/report.html") + "\n")
      let page = String(decoding: try folder.data("run/report.html"), as: UTF8.self)
      #expect(page.contains("At the end") && !page.contains("On the way"))
      #expect(command("report", folder.path("run"), "--no-replays").code == 0)
      let small = String(decoding: try folder.data("run/report.html"), as: UTF8.self)
      #expect(!small.contains("At the end") && small.contains("\"plots\":[{"))
      #expect(command("report", folder.path("nothing")).code != 0)
    }
  }

  /// Without an end in sight and without numbers, the page still comes.
  @Test func aRunThatDivergesHasAPage() throws {
    try withTemporaryFolder { folder in
      let outcome = command(
        "--env", "abyss", "--hidden", "4", "--episodes", "9", "--algo", "reinforce", "--quiet",
        "--run-dir", folder.path("run"))
      #expect(outcome.code == 1)
      let page = String(decoding: try folder.data("run/report.html"), as: UTF8.self)
      #expect(page.contains("diverged"))
    }
  }
}
