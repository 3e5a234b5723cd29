import EstimatorComparison
import Files
import Foundation
import GradientEstimators
import Testing

@Suite struct EstimatorProgramTests {
  @Test(arguments: [
    ["toy", "--steps", "0"], ["toy", "--seeds", "0"], ["toy", "--jobs", "0"],
    ["toy", "--hidden", "0"], ["toy", "--learning-rate", "-1"], ["toy", "--estimators", "relax,"],
    ["toy", "--estimators", "relax,relax"], ["train", "--estimator", "lax"],
    ["--estimator", "relx"], ["--target", "inf"], ["--lr", "1"],
    ["variance", "--samples", "1"], ["variance", "--exact-steps", "5", "5"],
    ["variance", "--cv-learning-rate", "0"], ["variance", "--seeds", "0"],
    ["variance", "--estimators", "relax,rebar:target=0.1"],
    ["bias", "--samples", "1"], ["bias", "--samples", "9223372036854775807"],
    ["bias", "--seed", "x"], ["nothing"],
  ])
  func wrongUsageIsRefused(arguments: [String]) {
    let result = run(arguments)
    #expect(result.code == 64)
    #expect(result.notes.contains("Error: ") && result.output.isEmpty)
  }

  @Test(arguments: [[], ["toy"], ["train"], ["bias"], ["variance"], ["list"]])
  func helpShowsNoneOfOurTypes(command: [String]) {
    let result = run(command + ["--help"])
    #expect(result.code == 0)
    for word in ["Optional(", "EstimatorSelection", "ToySettings"] {
      #expect(!result.output.contains(word))
    }
  }

  @Test func listHasALineForEachEstimator() {
    let lines = run(["list"]).output.split(separator: "\n").dropFirst(2)
    #expect(
      lines.map { $0.prefix { $0 != " " } } == EstimatorRegistry.all.map { $0.traits.name[...] })
  }

  @Test(arguments: [["bias"], ["variance", "--exact-steps", "1000000"], ["variance"]])
  func longMeasurementsEndAtOnceWhenTheyAreToldTo(arguments: [String]) {
    let start = ContinuousClock.now
    let result = run(arguments, isInterrupted: interruption(after: 20))
    #expect(result.code == 130 && result.output.isEmpty)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// Everything that a comparison leaves, but the command that made it.
  @Test func aComparisonThatWasInterruptedEndsAsOneThatWasNot() throws {
    try withTemporaryFolder { folder throws in
      func toy(_ name: String, _ count: Int = .max) -> Int32 {
        run(
          [
            "toy", "--estimators", "reinforce,relax", "--hidden", "7", "--steps", "200", "--seeds",
            "2",
            "--jobs", "1", "--run-dir", folder.appending(name).text,
          ], isInterrupted: interruption(after: count)
        ).code
      }
      #expect(toy("whole") == 0)
      // The comparison asks twenty times in a second.
      #expect(toy("cut", 2) == 130)
      #expect(toy("cut") == 0)
      for name in [
        "toy.csv", "summary.csv", "summary.md", "figure.svg", "runs/2-relax-seed-1/toy.csv",
        "runs/2-relax-seed-1/checkpoints/final.safetensors",
      ] {
        #expect(
          try bytes(folder.appending("cut/\(name)")) == bytes(folder.appending("whole/\(name)")))
      }
      let page = String(
        decoding: try bytes(folder.appending("whole/comparison.html")), as: UTF8.self)
      #expect(page.contains("θ: mean ± standard deviation"))
    }
  }

  @Test func varianceShowsATableAndARankingForEachTheta() {
    let result = run([
      "variance", "--estimators", "relax,rloo", "--samples", "100", "--adaptation-steps", "3",
      "--seeds", "1", "--exact-steps", "0", "7",
    ])
    #expect(result.code == 0)
    #expect(result.output.contains("θ after 7") && result.output.contains("rloo"))
    #expect(result.output.components(separatedBy: "log(variance × evaluations)").count == 3)
  }
}
