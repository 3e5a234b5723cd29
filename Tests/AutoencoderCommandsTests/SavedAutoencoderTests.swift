import Autodiff
import Checkpoints
import Foundation
import ImageData
import RandomNumbers
import Testing

@testable import AutoencoderCommands

@Suite struct SavedAutoencoderTests {
  private let latest = "a/checkpoints/latest.safetensors"

  /// Trains for a moment and hands over the folder, whose run is called "a".
  private func withRun(
    _ estimator: String = "relaxed-rebar", _ body: (TemporaryFolder) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try folder.train("a", small(estimator, data: images) { $0.steps = 7 })
      try body(folder)
    }
  }

  private func saved(
    _ folder: TemporaryFolder, isBest: Bool = false, data: String? = nil
  ) throws -> AutoencoderRun {
    try SavedAutoencoder.run(at: folder.path("a"), isBest: isBest, data: data).run
  }

  @Test func readsTheLastAndTheBestCheckpoint() throws {
    try withRun { folder in
      let run = try saved(folder)
      #expect(run.progress.step == 7)
      #expect(try run.checkpoint().encoded() == folder.data(latest))
      let best = try saved(folder, isBest: true)
      #expect(best.progress.step == 5 || best.progress.step == 7)
      try FileManager.default.removeItem(atPath: folder.path("a/checkpoints/best.safetensors"))
      let message = checkpointMessage { _ = try saved(folder, isBest: true) }
      #expect(message?.contains("best.safetensors cannot be read: there is no such file") == true)
    }
  }

  @Test(arguments: [
    "", "{}", "[]", "null", "garbage \u{0}", #"{"algorithm": "relax", "environment": "cartpole"}"#,
  ])
  func whatIsNoConfigurationIsRefused(text: String) throws {
    try withRun { folder in
      try folder.write(Data(text.utf8), to: "a/config.json")
      let message = checkpointMessage { _ = try saved(folder) }
      #expect(
        message?.hasSuffix(
          "config.json does not hold the settings of a train-vae run; name the folder of such a run"
        ) == true)
    }
  }

  @Test(arguments: [
    ("\"latents\" : 3", "\"latents\" : 0"), ("\"latents\" : 3", "\"latent\" : 3"),
    ("\"latents\" : 3", "\"latents\" : 3.5"), ("\"latents\" : 3", "\"latents\" : 1e40"),
    ("relaxed-rebar", "lax"), ("linear1", "linear3"), ("static", "statical"),
    ("\"seed\" : 0", "\"seed\" : -1"), ("\"evalEvery\" : 5", "\"evalEvery\" : 0"),
  ])
  func impossibleSettingsAreRefused(old: String, new: String) throws {
    try withRun { folder in
      let text = try folder.text("a/config.json")
      #expect(text.contains(old))
      try folder.write(Data(text.replacing(old, with: new).utf8), to: "a/config.json")
      let message = checkpointMessage { _ = try saved(folder) }
      #expect(message?.contains("does not hold the settings") == true)
    }
  }

  @Test func aFolderWithoutARunIsRefused() throws {
    try withRun { folder in
      try FileManager.default.removeItem(atPath: folder.path("a/config.json"))
      #expect(checkpointMessage { _ = try saved(folder) }?.contains("holds no run") == true)
      try FileManager.default.removeItem(atPath: folder.path("a"))
      #expect(checkpointMessage { _ = try saved(folder) }?.contains("no such file") == true)
    }
  }

  @Test func aShortenedCheckpointIsRefused() throws {
    try withRun("nvil") { folder in
      let data = try folder.data(latest)
      for count in [0, 1, 7, 8, 9, 100, data.count / 2, data.count - 4, data.count - 1] {
        try folder.write(data.prefix(count), to: latest)
        #expect(checkpointMessage { _ = try saved(folder) }?.contains("usable checkpoint") == true)
      }
      try folder.write(data + [0], to: latest)
      #expect(checkpointMessage { _ = try saved(folder) }?.contains("usable checkpoint") == true)
    }
  }

  /// Changed bytes are an error or give a run with other numbers, which can be used like any other.
  @Test(arguments: ["relaxed-rebar", "nvil", "concrete"])
  func changedBytesNeverEndTheProgram(estimator: String) throws {
    try withRun(estimator) { folder in
      let original = [UInt8](try folder.data(latest))
      let configuration = try SavedAutoencoder.configuration(
        in: RunDirectory(opening: folder.folder("a")))
      let images = try imageData(of: configuration)
      let header = original.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      var generator = PCG64(seed: 5)
      var refused = 0
      for trial in 0..<300 {
        var bytes = original
        // Mostly in the header, where more can go wrong, with a printable character at times.
        let end = trial % 4 == 0 ? bytes.count : 8 + header
        for _ in 0..<generator.integers(1, 4) {
          let byte = trial % 2 == 0 ? generator.integers(0, 256) : generator.integers(45, 58)
          bytes[generator.integers(trial % 8 == 1 ? 0 : 8, end)] = UInt8(byte)
        }
        var run = try AutoencoderRun(configuration, data: images)
        do throws(any Error) {
          try run.restore(Safetensors(decoding: Data(bytes), from: "a"), from: "a")
        } catch {
          #expect(error is CheckpointError)
          refused += 1
          continue
        }
        do throws(any Error) {
          try run.step()
          _ = try run.measure()
          _ = run.training.model.sample(count: 2, using: &generator)
        } catch {
          #expect(error is CommandFailure, "a bound that is no number")
        }
      }
      #expect(refused > 30 && refused < 300)
    }
  }

  @Test func randomBytesAreRefused() throws {
    try withRun { folder in
      var generator = PCG64(seed: 6)
      for trial in 0..<100 {
        var bytes = (0..<generator.integers(0, 250)).map { _ in
          UInt8(generator.integers(0, 256))
        }
        // A header's length that is possible.
        if trial % 2 == 0 { bytes = [UInt8(bytes.count), 0, 0, 0, 0, 0, 0, 0, 123] + bytes }
        try folder.write(Data(bytes), to: latest)
        #expect(throws: CheckpointError.self) { try saved(folder) }
      }
    }
  }

  @Test func imagesOfAnotherSizeAreRefused() throws {
    try withRun { folder in
      // As many pixels, but not the same rows.
      let other = try folder.writeImages(to: "other", width: 3, height: 4)
      #expect(
        checkpointMessage { _ = try saved(folder, data: other) }?.hasSuffix(
          "latest.safetensors is of images of 4x3 pixels, not 3x4 as in other; name images of that "
            + "size with --data") == true)
      #expect(checkpointMessage { _ = try saved(folder, data: "synthetic") } != nil)
    }
  }

  @Test func otherImagesAreShownToTheSameModel() throws {
    try withRun { folder in
      for count in [30, 90] {
        let other = try folder.writeImages(to: "other", train: count, test: 4, seed: 3)
        var run = try saved(folder, data: other)
        #expect(run.data.means == (try saved(folder)).data.means)
        #expect(run.data.test.count == 4 && run.data.train.count == count - count / 6)
        // Batches of the other images, of which there may be fewer.
        for _ in 0..<30 { try run.step() }
      }
      let few = try folder.writeImages(to: "few", train: 7)
      #expect(
        usageMessage { _ = try saved(folder, data: few) }
          == "few has 6 training images, less than the run's batch of 7; name more images with "
          + "--data.")
    }
  }

  @Test func aCheckpointOfAnotherModelIsRefused() throws {
    try withRun { folder in
      let own = try folder.data(latest)
      let changes: [(inout AutoencoderConfiguration) -> Void] = [
        { $0.model = .linear2 }, { $0.model = .nonlinear }, { $0.latents = 4 },
        { $0.estimator = "nvil" }, { $0.estimator = "rebar" }, { $0.cvWidth = 5 }, { $0.batch = 8 },
        { $0.cvDepth = 2 },
        {
          $0.model = .nonlinear
          $0.hidden = 3
        },
      ]
      let images = folder.path("images")
      let configuration = small(data: images) { $0.steps = 7 }
      for change in changes {
        let other = small(data: images) {
          $0.steps = 7
          change(&$0)
        }
        try folder.write(other.encoded(), to: "a/config.json")
        #expect(checkpointMessage { _ = try saved(folder) } != nil, "\(other)")
        try folder.write(configuration.encoded(), to: "a/config.json")
        #expect(try saved(folder).progress.step == 7)
        #expect(try folder.data(latest) == own)
      }
    }
  }
}
