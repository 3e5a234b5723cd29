import Checkpoints
import DiscreteVAE
import Foundation
import ImageData
import RandomNumbers

/// What can be read back of a run.
enum SavedAutoencoder {
  /// The settings of the run in a folder.
  static func configuration(
    in directory: RunDirectory
  ) throws(CheckpointError) -> AutoencoderConfiguration {
    guard let data = try? Data(contentsOf: directory.config),
      let configuration = try? JSONDecoder().decode(AutoencoderConfiguration.self, from: data),
      (try? configuration.validate()) != nil
    else {
      throw CheckpointError(
        file: directory.config.relativePath,
        problem: "does not hold the settings of a train-vae run",
        fix: "name the folder of such a run")
    }
    return configuration
  }

  /// The run in a folder, as its last or its best checkpoint has it.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - isBest: Whether the checkpoint of the best validation bound is meant.
  ///   - data: Other images than those that the run was trained on; the run's own without it.
  static func run(
    at path: String, isBest: Bool, data: String?
  ) throws -> (run: AutoencoderRun, directory: RunDirectory) {
    let directory = try RunDirectory(
      opening: URL(filePath: path, directoryHint: .isDirectory))
    let configuration = try configuration(in: directory)
    let images = try AutoencoderData(
      data ?? configuration.data, binarization: configuration.binarize)
    let url =
      isBest ? AutoencoderSession.best(in: directory) : AutoencoderSession.latest(in: directory)
    let file = try Safetensors(contentsOf: url)
    let size = "\(images.width)x\(images.height)"
    let trained = file.metadata["image_size"] ?? "unknown"
    guard trained == size else {
      throw CheckpointError(
        file: url.relativePath,
        problem: "is of images of \(trained) pixels, not \(size) as in "
          + "\(images.name)",
        fix: "name images of that size with --data")
    }
    // The mean image belongs to the model, whatever the images are that it is shown.
    let means = try file.values(of: "data.means", shape: [images.means.count], in: url.relativePath)
    guard images.train.count >= configuration.batch else {
      throw UsageError(
        "\(images.name) has \(images.train.count) training images, less than the run's batch of "
          + "\(configuration.batch); name more images with --data.")
    }
    var run = try AutoencoderRun(configuration, data: images.replacing(means: means))
    try run.restore(file, from: url.relativePath)
    if run.progress.schedule.count != images.train.count {
      // Batches of other images have an order of their own.
      run.progress.schedule = MinibatchSchedule(
        count: images.train.count, batchSize: configuration.batch)
    }
    return (run, directory)
  }
}
