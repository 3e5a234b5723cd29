import AutoencoderCommands
import Experiments
import Files
import Foundation
import Images
import Parallelism
import RandomNumbers
import State
import Testing

@Suite struct AutoencoderTrainingTests {
  /// Everything that a training continues from.
  private func state(_ training: AutoencoderTraining) throws -> Safetensors {
    var copy = training
    return try Checkpoint.contents(of: &copy)
  }

  /// A training that continues from a state.
  private func continued(
    _ state: Safetensors, _ settings: AutoencoderSettings
  ) throws -> AutoencoderTraining {
    var training = try AutoencoderTraining(settings, in: ())
    try Checkpoint.restore(state, from: "state", into: &training)
    return training
  }

  /// Goes on to the end and returns the rows, as text.
  private func finish(
    _ training: inout AutoencoderTraining, _ monitor: Monitor = .silent, rows: inout [String]
  ) throws {
    while !training.position.isFinished {
      rows += try training.advance(monitor).rows.map { "\($0.fields)" }
    }
  }

  @Test(arguments: estimatorNames, Binarization.allCases)
  func goesOnBitForBitFromAnyStep(estimator: String, binarize: Binarization) throws {
    try withTemporaryFolder { folder in
      let settings = small(estimator, data: try folder.writeImages()) {
        $0.binarize = binarize
        $0.model = .linear2
        $0.pretrainSteps = 3
        $0.steps = 12
        $0.fitSteps = 1
        $0.fitBatch = 16
      }
      var whole = try AutoencoderTraining(settings, in: ())
      var (copy, rows, copiedRows) = (whole, [String](), [String]())
      // An epoch has seven batches.
      while !whole.position.isFinished {
        rows += try whole.advance(.silent).rows.map { "\($0.fields)" }
        copy = try continued(state(copy), settings)
        copiedRows += try copy.advance(.silent).rows.map { "\($0.fields)" }
        #expect(try state(copy) == state(whole))
      }
      #expect(rows == copiedRows && rows.count == 3)
    }
  }

  @Test(arguments: ["relaxed-rebar", "nvil"])
  func anInterruptionAnywhereChangesNothing(estimator: String) throws {
    try withTemporaryFolder { folder in
      let settings = small(estimator, data: try folder.writeImages()) {
        $0.pretrainSteps = 2
        $0.steps = 12
        $0.varianceEvery = 6
      }
      var whole = try AutoencoderTraining(settings, in: ())
      var rows: [String] = []
      try finish(&whole, rows: &rows)
      // The pre-training, the validation bounds and the draws of the variances ask.
      for count in Array(0..<8) + stride(from: 10, to: 206, by: 29) {
        var training = try AutoencoderTraining(settings, in: ())
        var found: [String] = []
        let failure = #expect(throws: Failure.self) {
          try finish(&training, interrupting(after: count), rows: &found)
        }
        #expect(failure == .interruption)
        var other = try continued(state(training), settings)
        #expect(!other.position.isFinished)
        try finish(&other, rows: &found)
        #expect(found == rows, "after \(count)")
        #expect(try state(other) == state(whole))
      }
    }
  }

  @Test func interruptedRunsLeaveTheSameFiles() throws {
    try withTemporaryFolder { folder in
      let settings = small(data: try folder.writeImages()) { $0.varianceEvery = 10 }
      let whole = folder.appending("whole")
      #expect(try execute(settings, in: whole).status == .finished)
      let cut = folder.appending("cut")
      var sessions = 0
      while try execute(settings, in: cut, interrupting(after: 9)).status == .interrupted {
        sessions += 1
        // The variances of a hundred draws cannot be had in nine: these sessions last.
        if try Folder.contents(of: cut).contains("metrics.csv")
          && cut.rows(of: "metrics.csv").count >= 2
        {
          break
        }
        try #require(sessions < 20)
      }
      #expect(try execute(settings, in: cut, interrupting(after: 60)).status == .interrupted)
      #expect(try execute(settings, in: cut).status == .finished)
      for name in [
        "metrics.csv", "checkpoints/latest.safetensors", "checkpoints/best.safetensors",
        "checkpoints/final.safetensors",
      ] {
        #expect(try cut.data(name) == whole.data(name), "\(name)")
      }
      // Interrupted while the final bounds were computed.
      let late = folder.appending("late")
      #expect(try execute(settings, in: late, interrupting(after: 227)).status == .interrupted)
      #expect(try late.rows(of: "metrics.csv").count == 5)
      #expect(try execute(settings, in: late).status == .finished)
      #expect(try late.data("metrics.csv") == whole.data("metrics.csv"))
    }
  }

  /// Also of one that goes on with another number of them.
  @Test(arguments: ["relaxed-rebar", "nvil", "reinforce-memory"])
  func threadsChangeNoByte(estimator: String) throws {
    try withTemporaryFolder { folder in
      let settings = small(estimator, data: try folder.writeImages()) {
        $0.model = .linear2
        $0.varianceEvery = 10
      }
      let names = [
        "metrics.csv", "checkpoints/latest.safetensors", "checkpoints/best.safetensors",
        "checkpoints/final.safetensors",
      ]
      let whole = folder.appending("whole")
      try withThreads(1) { _ = try execute(settings, in: whole) }
      for threads in [2, 3] {
        let path = folder.appending("\(threads)")
        let first = try withThreads(threads) {
          try execute(settings, in: path, interrupting(after: 30)).status
        }
        let last = try withThreads(5 - threads) { try execute(settings, in: path).status }
        #expect(first == .interrupted && last == .finished)
        for name in names { #expect(try path.data(name) == whole.data(name), "\(name)") }
      }
    }
  }

  @Test func aFinishedRunTakesMoreSteps() throws {
    try withTemporaryFolder { folder in
      let short = small(data: try folder.writeImages())
      let long = small(data: short.data) { $0.steps = 40 }
      let (a, whole) = (folder.appending("a"), folder.appending("whole"))
      try execute(long, in: whole)
      try execute(short, in: a)
      try execute(long, in: a)
      for name in ["metrics.csv", "checkpoints/final.safetensors"] {
        #expect(try a.data(name) == whole.data(name))
      }
      #expect(sentence { try execute(short, in: a) }.contains("it may only grow"))
    }
  }

  @Test func rowsComeAtTheirStepsAndTheBestIsKept() throws {
    try withTemporaryFolder { folder in
      let settings = small(data: try folder.writeImages()) {
        $0.steps = 18
        $0.varianceEvery = 6
      }
      let result = try execute(settings, in: folder.appending("a"))
      let rows = try folder.rows(of: "a/metrics.csv")
      #expect(rows.map { $0[0] } == ["step", "5", "6", "10", "12", "15", "18"])
      #expect(rows[0][4] == "encoder_log_variance")
      #expect(
        rows.dropFirst().map { $0[4].isEmpty } == [true, false, true, false, true, false])
      let bounds = rows.dropFirst().compactMap { Double($0[3]) }
      let highest = try #require(bounds.max())
      let best = try SavedAutoencoder(inRun: folder.appending("a"), isBest: true)
      #expect("\(best.steps)" == rows[1 + (bounds.firstIndex(of: highest) ?? -1)][0])
      #expect(result.values.result("best_validation_elbo")?.double == highest)
      let elbo = try #require(result.values.result("test_elbo")?.double)
      #expect(try #require(result.values.result("test_importance_weighted")?.double) >= elbo)
      #expect(try #require(result.values.result("milliseconds_per_step")?.double) > 0)
      #expect(result.text.last?.hasPrefix("ELBO, nats an image: training -") == true)
    }
  }

  @Test func columnsAreThoseOfTheRows() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages()
      for estimator in estimatorNames {
        for every in [0, 1] {
          let settings = small(estimator, data: path) {
            $0.evalEvery = 1
            $0.varianceEvery = every
          }
          var training = try AutoencoderTraining(settings, in: ())
          let row = try #require(try training.advance(.silent).rows.first)
          #expect(row.fields.map(\.name) == training.columns)
        }
      }
      let columns = try AutoencoderTraining(small(data: path), in: ()).columns
      #expect(
        columns == [
          "step", "epoch", "batch_elbo", "validation_elbo", "1.rebar.coefficient",
          "1.rebar.log_temperature", "1.residual.log_temperature", "1.residual.scale",
        ])
    }
  }

  @Test func measuringLeavesTheTrainingAlone() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages()
      for estimator in ["relaxed-rebar", "nvil", "concrete"] {
        let models = try [1, 20].map { every in
          let settings = small(estimator, data: path) {
            $0.binarize = .dynamic
            $0.evalEvery = every
            $0.varianceEvery = every == 1 ? 10 : 0
          }
          var training = try AutoencoderTraining(settings, in: ())
          var rows: [String] = []
          try finish(&training, rows: &rows)
          return training.model
        }
        #expect(
          models[0].model.parameters.map(\.values) == models[1].model.parameters.map(\.values))
      }
    }
  }

  @Test func preTrainingMovesTheEstimatorAlone() throws {
    try withTemporaryFolder { folder in
      let settings = small(data: try folder.writeImages()) { $0.pretrainSteps = 3 }
      var training = try AutoencoderTraining(settings, in: ())
      let before = training.model
      for _ in 0..<3 { _ = try training.advance(.silent) }
      let after = training.model
      #expect(after.model.parameters.map(\.values) == before.model.parameters.map(\.values))
      #expect(
        after.estimators.parameters.map(\.values) != before.estimators.parameters.map(\.values))
      #expect(training.position.done == 0)
      _ = try training.advance(.silent)
      #expect(
        training.model.model.parameters.map(\.values) != before.model.parameters.map(\.values))
      #expect(training.position.done == 1)
    }
  }

  @Test func estimatorsDifferInNothingElse() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages()
      let models = try estimatorNames.map {
        try AutoencoderTraining(small($0, data: path), in: ()).model.model.parameters.map(\.values)
      }
      #expect(models.allSatisfy { $0 == models[0] })
      let other = try AutoencoderTraining(small(data: path) { $0.seed = 1 }, in: ())
      #expect(other.model.model.parameters.map(\.values) != models[0])
    }
  }

  @Test func whatDivergesKeepsTheLastSoundModel() throws {
    try withTemporaryFolder { folder in
      for estimator in ["straight-through", "relaxed-rebar"] {
        let settings = small(estimator, data: try folder.writeImages(to: estimator))
        var training = try AutoencoderTraining(settings, in: ())
        _ = try training.advance(.silent)
        let sound = try state(training)
        let arrays = sound.arrays.map { array in
          array.name == "model.prior"
            ? NamedArray(name: array.name, shape: [3], values: [3e38, 3e38, 3e38]) : array
        }
        training = try continued(Safetensors(arrays: arrays, metadata: sound.metadata), settings)
        let before = training.model.model.parameters.map(\.values)
        let failure = #expect(throws: Failure.self) { _ = try training.advance(.silent) }
        #expect(failure?.kind == .divergence)
        #expect(
          failure?.description.hasSuffix(
            "is no longer finite after 1 steps; take a smaller --learning-rate than 0.01.") == true)
        #expect(training.model.model.parameters.map(\.values) == before)
      }
    }
  }

  @Test func whatCannotBeTrainedOnIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages()
      #expect(
        sentence { try AutoencoderTraining(small(data: path) { $0.batch = 51 }, in: ()) }
          == "--batch is 51, but there are only 50 training images; take a smaller batch.")
      #expect(
        sentence { try AutoencoderTraining(small(data: folder.appending("none").text), in: ()) }
          .contains("does not exist; name a folder with"))
    }
  }

  // MARK: States from outside

  @Test func otherImagesAreRefused() throws {
    try withTemporaryFolder { folder in
      let settings = small(data: try folder.writeImages())
      let a = folder.appending("a")
      try execute(settings, in: a)
      for (train, seed) in [(60, 2), (66, 1), (54, 1)] {
        _ = try folder.writeImages(train: train, seed: UInt64(seed))
        #expect(
          sentence { try execute(settings, in: a) }.contains(
            "was trained on other images than those of images; put"))
      }
      _ = try folder.writeImages(width: 3, height: 3)
      #expect(sentence { try execute(settings, in: a) }.contains("with shape"))
    }
  }

  @Test(arguments: [
    ("bound_count", 3), ("bound_count", -1), ("step", -2), ("step", 1 << 40), ("pretrained", 1),
  ])
  func countersThatCannotBeAreRefused(name: String, value: Int) throws {
    try withTemporaryFolder { folder in
      let settings = small("nvil", data: try folder.writeImages())
      var training = try AutoencoderTraining(settings, in: ())
      for _ in 0..<2 { _ = try training.advance(.silent) }
      let state = try state(training)
      let arrays = state.arrays.map {
        $0.name == name
          ? NamedArray(name: name, shape: $0.shape, elements: .int64([value])) : $0
      }
      #expect(arrays != state.arrays)
      #expect(
        sentence {
          try continued(Safetensors(arrays: arrays, metadata: state.metadata), settings)
        }.contains("contradicts itself (\(name) is \(value))"))
    }
  }

  /// Changed bytes are refused, or give a state that can be trained on like any other.
  @Test(arguments: ["relaxed-rebar", "nvil", "concrete"])
  func changedBytesNeverEndTheProgram(estimator: String) throws {
    try withTemporaryFolder { folder in
      let settings = small(estimator, data: try folder.writeImages())
      var training = try AutoencoderTraining(settings, in: ())
      for _ in 0..<3 { _ = try training.advance(.silent) }
      let original = [UInt8](try state(training).encoded())
      let header = original.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      var generator = PCG64(seed: 5)
      var refused = 0
      for trial in 0..<250 {
        var bytes = original
        // Mostly in the header, where more can go wrong, with a printable character at times.
        let end = trial % 4 == 0 ? bytes.count : 8 + header
        for _ in 0..<generator.integers(1, 4) {
          let byte = trial % 2 == 0 ? generator.integers(0, 256) : generator.integers(45, 58)
          bytes[generator.integers(trial % 8 == 1 ? 0 : 8, end)] = UInt8(byte)
        }
        do throws(Failure) {
          var changed = try AutoencoderTraining(settings, in: ())
          try Checkpoint.restore(
            Safetensors(decoding: Data(bytes), from: "state"), from: "state", into: &changed)
          for _ in 0..<2 { _ = try changed.advance(.silent) }
        } catch {
          #expect(error.description.count < 500)
          refused += 1
        }
      }
      #expect(refused > 30 && refused < 250)
    }
  }
}
