import ArgumentParser
import Checkpoints
import Foundation
import Testing

@testable import AutoencoderCommands

@Suite struct TrainCommandTests {
  private let flags = [
    "--latents", "3", "--batch", "7", "--steps", "12", "--cv-width", "4", "--eval-every", "4",
    "--checkpoint-every", "5", "--quiet",
  ]

  private func train(_ more: String..., in folder: TemporaryFolder) throws {
    try command(["--data", folder.path("images")] + flags + more)
  }

  @Test func leavesAFolderThatHoldsAllOfTheRun() throws {
    try withTemporaryFolder { folder in
      _ = try folder.writeImages(to: "images")
      try train("--run-dir", folder.path("a"), "--seed", "3", in: folder)
      #expect(
        try folder.files(below: "a").keys.sorted() == [
          "checkpoints/best.safetensors", "checkpoints/latest.safetensors", "config.json",
          "metrics.csv", "result.json",
        ])
      let configuration = try JSONDecoder().decode(
        AutoencoderConfiguration.self, from: folder.data("a/config.json"))
      #expect(configuration.seed == 3 && configuration.steps == 12)
      #expect(try folder.rows(of: "a/metrics.csv").map { $0[0] } == ["step", "4", "8", "12"])
    }
  }

  @Test func aFolderWithARunIsLeftAlone() throws {
    try withTemporaryFolder { folder in
      _ = try folder.writeImages(to: "images")
      try train("--run-dir", folder.path("a"), in: folder)
      let before = try folder.files(below: "a")
      let message = checkpointMessage { try train("--run-dir", folder.path("a"), in: folder) }
      #expect(message?.contains("already holds a run (config.json)") == true)
      #expect(try folder.files(below: "a") == before)
    }
  }

  @Test func resumeStartsARunOrGoesOnWithIt() throws {
    try withTemporaryFolder { folder in
      _ = try folder.writeImages(to: "images")
      try train("--run-dir", folder.path("a"), "--resume", in: folder)
      let before = try folder.files(below: "a")
      try command(["--run-dir", folder.path("a"), "--resume", "--quiet"])
      #expect(try folder.files(below: "a") == before, "all steps had been taken")
      try command(["--run-dir", folder.path("a"), "--resume", "--quiet", "--steps", "16"])
      try train("--run-dir", folder.path("b"), "--steps", "16", in: folder)
      for file in ["config.json", "metrics.csv", "checkpoints/latest.safetensors"] {
        #expect(try folder.data("a/\(file)") == folder.data("b/\(file)"))
      }
    }
  }

  @Test func onlyTheNumberOfStepsMayGrow() throws {
    try withTemporaryFolder { folder in
      _ = try folder.writeImages(to: "images")
      try train("--run-dir", folder.path("a"), in: folder)
      let before = try folder.files(below: "a")
      for change in [
        ["--steps", "11"], ["--latents", "4"], ["--seed", "1"], ["--estimator", "nvil"],
      ] {
        let message = usageMessage {
          try command(["--run-dir", folder.path("a"), "--resume", "--quiet"] + change)
        }
        #expect(message?.contains("holds a run with other settings; leave the flags out") == true)
      }
      #expect(try folder.files(below: "a") == before)
    }
  }

  @Test func wrongUsageLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      _ = try folder.writeImages(to: "images")
      #expect(
        usageMessage { try train("--resume", in: folder) }
          == "--resume needs the folder of the run; name it with --run-dir.")
      for (flag, value) in [("--batch", "51"), ("--estimator", "lax"), ("--preset", "none")] {
        #expect(
          usageMessage { try train(flag, value, "--run-dir", folder.path("a"), in: folder) } != nil)
      }
      #expect(!folder.exists("a"))
      expectUsageError(["--speed", "1"])
    }
  }

  @Test func theResultIsText() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      var result = try folder.train("a", small(data: images))
      (result.trainELBO, result.validationELBO, result.testELBO) = (-1.234, -2.5, -3)
      result.testImportanceWeighted = -2.25
      #expect(
        result.text == """
          ELBO, nats an image: training -1.23, validation -2.50, test -3.00
          Importance-weighted bound of the test images, 100 samples: -2.25
          """)
    }
  }
}
