import AutoencoderCommands
import DiscreteVAE
import Experiments
import Files
import Foundation
import RandomNumbers
import State
import Testing

@Suite struct SavedAutoencoderTests {
  private let path = "a/checkpoints/final.safetensors"

  /// Trains for a moment and hands over the folder, whose run is called "a".
  private func withRun(
    _ estimator: String = "relaxed-rebar", _ body: (Path) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let settings = small(estimator, data: try folder.writeImages()) { $0.steps = 7 }
      try execute(settings, in: folder.appending("a"))
      try body(folder)
    }
  }

  @Test(arguments: estimatorNames)
  func isWhatWasTrained(estimator: String) throws {
    try withTemporaryFolder { folder in
      for model in [ModelArchitecture.linear2, .nonlinear, .nonlinearPublished] {
        let settings = small(estimator, data: try folder.writeImages()) { $0.model = model }
        var training = try AutoencoderTraining(settings, in: ())
        for _ in 0..<3 { _ = try training.advance(.silent) }
        let path = folder.appending("model")
        try training.file(of: training.model).write(to: path)
        let saved = try SavedAutoencoder(contentsOf: path)
        #expect(saved.width == 4 && saved.height == 3 && saved.steps == 3)
        #expect(saved.settings.json == settings.json)
        #expect(saved.model.pixelMeans.values == training.model.model.pixelMeans.values)
        #expect(try saved.file() == training.file(of: training.model))
      }
    }
  }

  @Test func aRunThatHasNotEndedHasItsBest() throws {
    try withRun { folder in
      let final = try SavedAutoencoder(inRun: folder.appending("a"), isBest: false)
      #expect(final.steps == 7)
      let best = try SavedAutoencoder(inRun: folder.appending("a"), isBest: true)
      try FileManager.default.removeItem(atPath: folder.appending(path).text)
      let other = try SavedAutoencoder(inRun: folder.appending("a"), isBest: false)
      #expect(other.steps == best.steps)
      #expect(
        sentence { try SavedAutoencoder(inRun: folder.appending("b"), isBest: false) }
          .hasSuffix("b holds no model yet; go on with that run, or name the folder of another"))
    }
  }

  @Test func filesOfEarlierVersionsAreRefused() throws {
    try withTemporaryFolder { folder in
      let old = Safetensors(
        arrays: [NamedArray(name: "model.prior", shape: [1], values: [0])],
        metadata: ["config": "{}", "progress": "{}", "image_size": "4x3"])
      try old.write(to: folder.appending("old"))
      #expect(
        sentence { try SavedAutoencoder(contentsOf: folder.appending("old")) }.hasSuffix(
          "old holds no autoencoder of this version of the program; train it anew, or use the "
            + "version that wrote it"))
    }
  }

  @Test func aShortenedFileIsRefused() throws {
    try withRun("nvil") { folder in
      let data = try folder.data(path)
      for count in [0, 1, 7, 8, 9, 100, data.count / 2, data.count - 4, data.count - 1] {
        try folder.write(data.prefix(count), to: path)
        #expect(
          sentence { try SavedAutoencoder(contentsOf: folder.appending(path)) }
            .contains("is not a usable checkpoint"))
      }
    }
  }

  /// A small file that announces large networks takes no memory for them.
  @Test(arguments: [
    ("\"latents\": 3", "\"latents\": 10000"), ("\"cv_width\": 4", "\"cv_width\": 10000"),
    ("\"cv_depth\": 1", "\"cv_depth\": 16"), ("\"hidden\": 2", "\"hidden\": 10000"),
    ("\"linear1\"", "\"nonlinear-published\""), ("\"nonlinear\"", "\"linear1\""),
    ("\"relaxed-rebar\"", "\"lax\""), ("\"latents\": 3", "\"latents\": 0"),
    ("\"latents\"", "\"x\""),
    ("4x3", "3x3"), ("4x3", "12"), ("4x3", "0x0"), ("4x3", "4294967296x4294967296"), ("{", "["),
  ])
  func headersThatDoNotFitAreRefused(old: String, new: String) throws {
    try withTemporaryFolder { folder in
      let settings = small(data: try folder.writeImages()) {
        if old.contains("hidden") || old.contains("nonlinear") {
          $0.model = .nonlinear
          $0.hidden = 2
        }
      }
      let training = try AutoencoderTraining(settings, in: ())
      let file = try training.file(of: training.model)
      let metadata = file.metadata.mapValues { $0.replacing(old, with: new) }
      #expect(metadata != file.metadata)
      try Safetensors(arrays: file.arrays, metadata: metadata).write(to: folder.appending("f"))
      let start = ContinuousClock.now
      let message = sentence { try SavedAutoencoder(contentsOf: folder.appending("f")) }
      #expect(message.hasPrefix(folder.appending("f").text) && !message.contains("\n"))
      #expect(ContinuousClock.now - start < .seconds(5))
    }
  }

  /// Changed bytes are refused, or give a model that can be used like any other.
  @Test(arguments: ["relaxed-rebar", "nvil"])
  func changedBytesNeverEndTheProgram(estimator: String) throws {
    try withRun(estimator) { folder in
      let original = [UInt8](try folder.data(path))
      let header = original.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      var generator = PCG64(seed: 6)
      var refused = 0
      for trial in 0..<250 {
        var bytes = original
        let end = trial % 4 == 0 ? bytes.count : 8 + header
        for _ in 0..<generator.integers(1, 4) {
          let byte = trial % 2 == 0 ? generator.integers(0, 256) : generator.integers(45, 58)
          bytes[generator.integers(trial % 8 == 1 ? 0 : 8, end)] = UInt8(byte)
        }
        try folder.write(Data(bytes), to: path)
        do throws(Failure) {
          let saved = try SavedAutoencoder(contentsOf: folder.appending(path))
          _ = saved.model.sample(count: 2, using: &generator)
        } catch {
          refused += 1
        }
      }
      #expect(refused > 30 && refused < 250)
    }
  }
}
