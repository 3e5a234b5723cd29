import EstimatorComparison
import Experiments
import Files
import State
import Testing

@Suite struct ToyTrainingTests {
  private let origin = RunOrigin(version: "1", command: "test")

  private func columns(_ settings: ToySettings) throws -> RunValues {
    var run = try Run<ToyTraining>(settings, in: ())
    return try run.execute().values
  }

  private func execute(
    _ settings: ToySettings, in folder: Path, _ monitor: Monitor = .silent
  ) throws -> RunStatus {
    var run = try Run<ToyTraining>(
      settings, in: (), folder: ClaimedFolder(folder), origin: origin)
    return try run.execute(monitor).status
  }

  /// The questions whether to go on are asked at every step and between them.
  @Test(arguments: [
    ("relax", "bernoulli"), ("nvil", "chain"), ("running-mean", "categorical"),
    ("lax", "gaussian"), ("exact", "chain"),
  ])
  func anInterruptionChangesNothing(estimator: String, problem: String) throws {
    let settings = try settings([
      "problem": problem, "estimator": estimator, "steps": "230", "seed": "3",
    ])
    try withTemporaryFolder { folder throws in
      let whole = folder.appending("whole")
      #expect(try execute(settings, in: whole) == .finished)
      for count in [0, 3, 150, 341] {
        let cut = folder.appending("cut-\(count)")
        let monitor = Monitor(isInterrupted: interruption(after: count))
        #expect(try execute(settings, in: cut, monitor) == .interrupted)
        #expect(try execute(settings, in: cut) == .finished)
        for name in ["toy.csv", "checkpoints/latest.safetensors", "checkpoints/final.safetensors"] {
          #expect(
            try bytes(cut.appending(name)) == bytes(whole.appending(name)), "\(name) \(count)")
        }
      }
    }
  }

  @Test func stepsMayGrowButNotShrink() throws {
    try withTemporaryFolder { folder throws in
      let run = folder.appending("run")
      #expect(try execute(settings(["steps": "20"]), in: run) == .finished)
      #expect(try execute(settings(["steps": "30"]), in: run) == .finished)
      let failure = #expect(throws: Failure.self) {
        try execute(settings(["steps": "25"]), in: run)
      }
      #expect(failure?.kind == .usage)
      let rows = String(decoding: try bytes(run.appending("toy.csv")), as: UTF8.self)
      #expect(
        rows.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
          == (0...30).map { "\($0)" })
    }
  }

  /// What is measured on the way must not change the training.
  @Test func rowsDoNotChangeTheTraining() throws {
    let often = try columns(settings(["estimator": "relaxed-rebar", "steps": "200"]))
    let seldom = try columns(settings(["estimator": "relaxed-rebar", "steps": "400"]))
    let index = try #require(seldom.columns["step"]?.firstIndex(of: 200))
    #expect(often.numbers("loss").last == seldom.columns["loss"]?[index])
    #expect(often.numbers("log_variance").last != seldom.columns["log_variance"]?[index])
  }

  @Test func fewerEstimatesOfTheVarianceChangeItAlone() throws {
    let many = try columns(settings(["estimator": "nvil", "steps": "20"]))
    let few = try columns(
      settings(["estimator": "nvil", "steps": "20", "variance-samples": "30"]))
    #expect(many.numbers("loss") == few.numbers("loss"))
    #expect(many.numbers("log_variance") != few.numbers("log_variance"))
  }

  @Test func exactGradientHasNoVarianceAndDescends() throws {
    let run = try columns(
      settings(["problem": "chain", "dimensions": "20", "estimator": "exact", "steps": "30"]))
    #expect(run.numbers("log_variance").allSatisfy { $0 == -.infinity })
    let losses = run.numbers("loss")
    #expect(losses.count == 31 && zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func relaxLearnsAControlVariateWhileREINFORCEKeepsItsVariance() throws {
    let relax = try columns(settings(["steps": "500"]))
    let plain = try columns(settings(["estimator": "reinforce", "steps": "500"]))
    #expect(try #require(relax.numbers("log_variance").last) < -10)
    #expect(abs(try #require(plain.numbers("log_variance").first) + 4.159) < 0.15)
  }

  @Test func rowsIncludeTheShownStepsAndTheLast() throws {
    let steps = try columns(settings(["estimator": "disarm", "steps": "2345"])).numbers("step")
    #expect(steps == steps.sorted() && Set(steps).count == steps.count)
    #expect(Set(steps).isSuperset(of: [0, 500, 1000, 2000, 2345]))
  }

  @Test func theModelIsThetaAndTheEstimator() throws {
    let training = try ToyTraining(settings(["problem": "chain", "dimensions": "3"]))
    let file = try training.file(of: training.model)
    #expect(file["theta"]?.shape == [1, 3])
    #expect(file.arrays.contains { $0.name.hasPrefix("estimator.") })
    #expect(file.metadata["settings"]?.contains("\"dimensions\": 3") == true)
  }
}
