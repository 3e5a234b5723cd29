import ArgumentParser
import Autodiff
import DiscreteVAE
import ExperimentLogging
import Foundation
import RandomNumbers
import Rendering

/// The options of a picture.
struct PictureOptions: ParsableArguments {
  @Option(help: "Images in the picture.")
  var count = 64

  @Option(help: "Images side by side.")
  var columns = 16

  @Option(help: "The side of the square that a pixel becomes.")
  var scale = 2

  @Option(help: "Decides which images are drawn.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    guard (1...10_000).contains(count), (1...1000).contains(columns), (1...32).contains(scale)
    else {
      throw ValidationError(
        "--count is \(count), --columns \(columns), --scale \(scale); they must be from 1 to 10000, "
          + "1000 and 32.")
    }
  }

  /// Writes a grid of images, a row of the matrix each.
  func write(
    _ images: Tensor, of data: AutoencoderData, columns: Int? = nil, to path: String
  ) throws {
    let values = images.values
    let grid = ImageGrid(
      columns: columns ?? self.columns,
      images: (0..<images.shape[0]).map {
        Array(values[$0 * images.shape[1]..<($0 + 1) * images.shape[1]])
      }, width: data.width, height: data.height, scale: scale)
    try grid.write(to: URL(filePath: path))
    print(path)
  }
}

/// Draws images from a trained model.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw images from a trained model, as a PNG.",
    discussion: "The greys are the probabilities of the pixels.")

  @OptionGroup var saved: SavedModelOptions

  @OptionGroup var picture: PictureOptions

  @Option(help: "The picture, a name that ends with .png.", completion: .file(extensions: ["png"]))
  var output = "samples.png"

  func run() throws {
    let run = try saved.run()
    var generator = PCG64(SeedSequence(picture.seed).child(0))
    let images = run.training.model.sample(count: picture.count, using: &generator)
    try picture.write(images, of: run.data, to: output)
  }
}

/// Encodes test images and decodes them again.
struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract:
      "Encode test images and decode them again, as a PNG: rows of images above their copies.")

  @OptionGroup var saved: SavedModelOptions

  @OptionGroup var picture: PictureOptions

  @Option(help: "The picture, a name that ends with .png.", completion: .file(extensions: ["png"]))
  var output = "reconstructions.png"

  func run() throws {
    let run = try saved.run()
    var generator = PCG64(SeedSequence(picture.seed).child(0))
    let order = generator.permutation(of: 0..<run.data.test.count)
    let images = run.data.test.tensor(order.prefix(picture.count), using: &generator)
    let copies = run.training.model.reconstruction(of: images, using: &generator)
    var rows: [Tensor] = []
    let columns = min(picture.columns, images.shape[0])
    for start in stride(from: 0, to: images.shape[0], by: columns) {
      let range = start..<min(start + columns, images.shape[0])
      rows += [images.rows(range), copies.rows(range)]
    }
    // A last row that is not full would put copies beside images.
    let missing = (columns - images.shape[0] % columns) % columns
    if missing > 0 {
      rows.insert(.zeros([missing, images.shape[1]]), at: rows.count - 1)
    }
    try picture.write(.concatenatingRows(rows), of: run.data, columns: columns, to: output)
  }
}
