import Autodiff
import Checkpoints
import Foundation
import ImageData
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderRunTests {
  /// Everything that a run continues from.
  private func state(_ run: AutoencoderRun) throws -> Data { try run.checkpoint().encoded() }

  private func run(_ configuration: AutoencoderConfiguration) throws -> AutoencoderRun {
    try AutoencoderRun(configuration, data: imageData(of: configuration))
  }

  @Test(arguments: bernoulliEstimators, Binarization.allCases)
  func aRestoredRunGoesOnBitForBit(estimator: String, binarize: Binarization) throws {
    try withTemporaryFolder { folder in
      let configuration = small(estimator, data: try folder.writeImages(to: "images")) {
        $0.binarize = binarize
        $0.model = .linear2
        // The middle of an epoch of seven batches, of the pre-training and of the training.
        $0.pretrainSteps = 5
      }
      for cut in [3, 12] {
        var original = try run(configuration)
        for _ in 0..<cut { try original.step() }
        if cut == 12 { _ = try original.measure() }
        let bytes = try state(original)
        var copy = try run(configuration)
        try copy.restore(Safetensors(decoding: bytes, from: "a"), from: "a")
        #expect(try state(copy) == bytes)
        for _ in 0..<9 {
          try original.step()
          try copy.step()
        }
        #expect(try state(copy) == state(original))
        #expect(copy.progress.pretrained == 5 && copy.progress.step == cut + 4)
        #expect(try state(copy) != bytes)
      }
    }
  }

  @Test func runsDependOnTheirSeedAlone() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      var (a, b) = (try run(configuration), try run(configuration))
      var other = configuration
      other.seed = 1
      var c = try run(other)
      for _ in 0..<5 {
        try a.step()
        try b.step()
        try c.step()
      }
      #expect(try state(a) == state(b))
      #expect(a.progress.boundSum != c.progress.boundSum)
    }
  }

  @Test func allEstimatorsStartFromTheSameModelAndImages() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      let runs = try bernoulliEstimators.map { try run(small($0, data: path)) }
      for run in runs {
        #expect(
          run.training.model.parameters.map(\.values)
            == runs[0].training.model.parameters.map(\.values))
        #expect(run.progress.order == runs[0].progress.order)
      }
    }
  }

  @Test func preTrainingMovesTheEstimatorAlone() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images")) { $0.pretrainSteps = 3 }
      var trained = try run(configuration)
      let (model, estimators) = (trained.training.model, trained.training.estimators)
      for _ in 0..<3 { try trained.step() }
      #expect(trained.training.model.parameters.map(\.values) == model.parameters.map(\.values))
      #expect(
        trained.training.estimators.parameters.map(\.values)
          != estimators.parameters.map(\.values))
      #expect(trained.progress.step == 0 && trained.progress.boundCount == 0)
      try trained.step()
      #expect(trained.training.model.parameters.map(\.values) != model.parameters.map(\.values))
      #expect(trained.progress.step == 1 && trained.progress.boundCount == 1)
    }
  }

  @Test(arguments: ["relaxed-rebar", "nvil", "concrete"])
  func measuringLeavesTheTrainingAlone(estimator: String) throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      let configuration = small(estimator, data: path) {
        $0.binarize = .dynamic
        $0.varianceEvery = 5
      }
      var (plain, measured) = (try run(configuration), try run(configuration))
      for step in 1...12 {
        try plain.step()
        try measured.step()
        guard step.isMultiple(of: 5) else { continue }
        let sum = measured.progress.boundSum
        let (row, validation) = try measured.measure()
        #expect(row["batch_elbo"] == .double(sum / 5))
        #expect(row["validation_elbo"] == .double(validation) && validation < 0)
        #expect(row["step"] == .integer(step) && row["epoch"] == .double(Double(step) / 7))
        #expect(row["encoder_log_variance"] != nil)
        #expect(try measured.measure().validation == validation, "always the same draws")
        // What has been summed since the last row is all that a measurement changes.
        plain.progress.boundSum = 0
        plain.progress.boundCount = 0
      }
      #expect(try state(plain) == state(measured))
    }
  }

  @Test func columnsAreThoseOfTheRows() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      for estimator in bernoulliEstimators {
        for every in [0, 5] {
          var run = try run(small(estimator, data: path) { $0.varianceEvery = every })
          let row = try run.measure().row
          let names = run.columns
          #expect(Set(names).count == names.count)
          #expect(row.fields.map(\.name) == names)
          #expect(names.contains("encoder_log_variance") == (every > 0))
        }
      }
      let columns = try run(small(data: path)).columns
      #expect(columns.prefix(4) == ["step", "epoch", "batch_elbo", "validation_elbo"])
      #expect(
        columns.dropFirst(4) == [
          "1.rebar.coefficient", "1.rebar.log_temperature", "1.residual.log_temperature",
          "1.residual.scale",
        ])
    }
  }

  @Test func aTrainingThatDivergesIsAnError() throws {
    try withTemporaryFolder { folder in
      let configuration = small("straight-through", data: try folder.writeImages(to: "images"))
      var run = try run(configuration)
      try run.step()
      let old = run.training.model.parameters
      run.training.model.setParameters(old.map { Float.nan * $0 })
      let error = #expect(throws: CommandFailure.self) { try run.step() }
      #expect(
        error?.description == "The bound is no longer finite after 1 steps; take a smaller "
          + "--learning-rate than 0.01.")
    }
  }

  @Test func aBatchNeedsAsManyImages() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images")) { $0.batch = 51 }
      #expect(
        usageMessage { _ = try run(configuration) }
          == "--batch is 51, but there are only 50 training images; take a smaller batch.")
    }
  }

  @Test(arguments: [
    ("\"boundCount\":2", "\"boundCount\":-2"), ("\"boundCount\":2", "\"boundCount\":3"),
    ("\"step\":2", "\"step\":3"), ("\"modelSteps\":2", "\"modelSteps\":-2"),
    ("\"adaptationSteps\":2", "\"adaptationSteps\":1"), ("\"batchSize\":7", "\"batchSize\":6"),
    ("\"metricsLength\":0", "\"metricsLength\":-1"), ("\"pretrained\":0", "\"pretrained\":1"),
    ("\"statistics\":[[", "\"statistics\":[[1,"), ("\"statistics\":[[", "\"statistics\":[[0],["),
    ("\"step\":2", "\"steps\":2"), ("\"position\":2", "\"position\":9"), ("{", "["),
  ])
  func contradictionsAreRefused(old: String, new: String) throws {
    try withTemporaryFolder { folder in
      let configuration = small("nvil", data: try folder.writeImages(to: "images"))
      var run = try run(configuration)
      for _ in 0..<2 { try run.step() }
      let file = try run.checkpoint()
      var metadata = file.metadata
      let progress = try #require(metadata["progress"])
      #expect(progress.contains(old))
      metadata["progress"] = progress.replacing(old, with: new)
      let changed = Safetensors(arrays: file.arrays, metadata: metadata)
      #expect(
        checkpointMessage { try run.restore(changed, from: "a") }?.hasPrefix("a ") == true)
    }
  }
}
