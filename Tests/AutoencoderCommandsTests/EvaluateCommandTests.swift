import Foundation
import GradientEstimators
import Testing

@testable import AutoencoderCommands

@Suite struct EvaluateCommandTests {
  @Test(arguments: [
    (["--importance-samples", "0"], "--importance-samples is 0; it must be from 1 to 1000000."),
    (
      ["--importance-samples", "1000001"],
      "--importance-samples is 1000001; it must be from 1 to 1000000."
    ),
    (["--fit-steps=-1"], "--fit-steps is -1 and --draws 200; take 0 or more, and 2 or more."),
    (["--draws", "1"], "--fit-steps is 2000 and --draws 1; take 0 or more, and 2 or more."),
    (["--variance", "rloo,relux"], "There is no estimator \"relux\"; choose --estimator from "),
    (["--variance", "lax"], "lax has no form for Bernoulli latents; choose --estimator from "),
  ])
  func wrongValuesAreRefused(flags: [String], message: String) {
    // Before anything is read.
    #expect(usageMessage { try command(["evaluate", "none"] + flags) }?.hasPrefix(message) == true)
  }

  @Test(arguments: [[], ["--draws", "x"], ["--seed", "-1"], ["--speed", "1"], ["a", "b"]])
  func wrongFlagsAreRefused(flags: [String]) { expectUsageError(["evaluate"] + flags) }

  @Test(arguments: ["relaxed-rebar", "rloo"])
  func aRunStaysAsItIs(estimator: String) throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      let other = try folder.writeImages(to: "other", train: 24, test: 3, seed: 2)
      try folder.train("a", small(estimator, data: images) { $0.model = .linear2 })
      let before = try folder.files(below: "a")
      for flags in [
        [], ["--best", "--importance-samples", "1"], ["--data", other, "--variance", "rloo,nvil"],
        ["--variance", "all"], ["--variance", "exact"],
      ] {
        try command(
          ["evaluate", folder.path("a"), "--draws", "3", "--fit-steps", "9"]
            + ["--importance-samples", "3"] + flags)
        #expect(try folder.files(below: "a") == before)
      }
    }
  }

  @Test func fittingLeavesTheModelAlone() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      var run = try AutoencoderRun(configuration, data: imageData(of: configuration))
      for _ in 0..<10 { try run.step() }
      for type in EstimatorRegistry.all where bernoulliEstimators.contains(type.traits.name) {
        var (fitted, again) = (run, run)
        try fitted.fit(type, steps: 5, seed: 3)
        #expect(
          fitted.training.model.parameters.map(\.values)
            == run.training.model.parameters.map(\.values))
        // A run's own estimator goes on from where it was; others start anew.
        let isOwn = type.traits.name == configuration.estimator
        try again.fit(type, steps: 0, seed: 3)
        #expect(
          (again.training.estimators.parameters.map(\.values)
            == run.training.estimators.parameters.map(\.values)) == isOwn)
        if fitted.training.estimators.parameterCount > 0 {
          #expect(
            fitted.training.estimators.parameters.map(\.values)
              != again.training.estimators.parameters.map(\.values), "\(type.traits.name)")
        }
        try again.fit(type, steps: 0, seed: 3)
      }
    }
  }
}
