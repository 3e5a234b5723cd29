import Foundation
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct TrainingRunTests {
  @Test(arguments: ["relax", "a2c", "reinforce"])
  func theSameSeedWritesTheSameBytes(algorithm: String) throws {
    try withTemporaryFolder { folder in
      let flags = ["--algo", algorithm, "--episodes", "30"]
      for (name, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
        let all = smallRun + flags + ["--seed", seed, "--run-dir", folder.path(name)]
        #expect(run(all, in: Transcript().context()) == 0)
      }
      for file in ["episodes.csv", "checkpoints/final.safetensors"] {
        let first = try folder.data("a/\(file)")
        #expect(try folder.data("b/\(file)") == first)
        #expect(try folder.data("c/\(file)") != first)
      }
    }
  }

  @Test func measurementsDoNotDisturbTheTraining() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "12", in: folder.path("a"))
      try train(
        "--episodes", "12", "--variance-every", "4", "--variance-episodes", "5", "--eval-every",
        "3", in: folder.path("b"))
      for title in ["return", "length", "entropy", "gradient_norm", "control_variate_loss"] {
        let column = try folder.column(title, of: "b/episodes.csv")
        #expect(try folder.column(title, of: "a/episodes.csv") == column)
      }
      let variances = try folder.column("log_variance", of: "b/episodes.csv")
      #expect(variances.indices.filter { !variances[$0].isEmpty } == [3, 7, 11])
      #expect(Set(variances).count == 4, "each measurement has episodes of its own")
      let kinds = try folder.text("b/metrics.jsonl").split(separator: "\n").map {
        $0.contains("\"evaluation\"") ? "e" : "v"
      }
      #expect(kinds.joined() == "eveveve")
    }
  }

  @Test func anInterruptEndsTheEpisodeAndKeepsEverything() throws {
    try withTemporaryFolder { folder in
      var remaining = 7
      let context = Transcript().context(isInterrupted: {
        remaining -= 1
        return remaining <= 0
      })
      let flags = smallRun + ["--episodes", "1000", "--run-dir", folder.path("a")]
      #expect(run(flags, in: context) == 130)
      let episodes = try folder.column("episode", of: "a/episodes.csv")
      #expect(episodes.count == 7)
      #expect(try folder.json("a/result.json", "interrupted") == .boolean(true))
      #expect(try folder.json("a/result.json", "episodes") == .integer(7))
      #expect(try folder.json("a/result.json", "evaluation") == .null)
      #expect(command("evaluate", folder.path("a"), "--episodes", "2").code == 0)
    }
  }

  @Test func aSolvedEnvironmentStopsTheRunIfThatIsAsked() throws {
    try withTemporaryFolder { folder in
      try train(
        "--episodes", "400", "--learning-rate", "0.05", "--solve-stop", in: folder.path("a"))
      let episode = try folder.json("a/result.json", "solved_at_episode")
      #expect(try folder.json("a/result.json", "episodes") == episode)
      let returns = try folder.column("return", of: "a/episodes.csv").compactMap(Double.init)
      #expect(returns.count >= 100 && returns.count < 400)
      #expect(returns.suffix(100).reduce(0, +) / 100 >= 0.5)
      #expect(returns.dropLast().suffix(100).reduce(0, +) / 100 < 0.5 || returns.count == 100)
      let steps = try folder.column("step", of: "a/episodes.csv").last.flatMap(Int.init)
      #expect(try folder.json("a/result.json", "solved_at_step") == JSONValue(steps))
    }
  }

  @Test func aStepLimitEndsTheRun() throws {
    try withTemporaryFolder { folder in
      try train("--steps", "100", in: folder.path("a"))
      let steps = try folder.column("step", of: "a/episodes.csv").compactMap(Int.init)
      #expect(try #require(steps.last) >= 100)
      #expect(try #require(steps.dropLast().last) < 100)
    }
  }

  @Test func aGradientThatIsNotFiniteEndsTheRun() throws {
    try withTemporaryFolder { folder in
      var environments = testEnvironments
      environments.register(Abyss.specification)
      let transcript = Transcript()
      let flags = smallRun + ["--env", "abyss", "--episodes", "9", "--run-dir", folder.path("a")]
      #expect(run(flags, in: transcript.context(environments)) == 1)
      #expect(transcript.notes.hasPrefix("Error: the gradient of episode 4 is not finite; "))
      let episodes = try folder.column("episode", of: "a/episodes.csv")
      #expect(episodes.count == 4)
      #expect(try folder.json("a/result.json", "episodes") == .integer(4))
    }
  }

  @Test func batchesHaveOneUpdate() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "7", "--batch-episodes", "3", in: folder.path("a"))
      let entropies = try folder.column("entropy", of: "a/episodes.csv")
      #expect(entropies.indices.filter { !entropies[$0].isEmpty } == [2, 5, 6])
    }
  }

  @Test func repeatedActionsShortenEpisodes() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "20", "--action-repeat", "4", in: folder.path("a"))
      let lengths = try folder.column("length", of: "a/episodes.csv").compactMap(Int.init)
      #expect(lengths.allSatisfy { $0 <= 5 })
    }
  }
}
