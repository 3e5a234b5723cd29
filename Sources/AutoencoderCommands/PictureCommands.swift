import ArgumentParser
import Autodiff
import ExperimentCommands
import Experiments
import Files
import RandomNumbers
import Rendering
import State

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

  @Option(
    help: "The picture, a new file whose name ends with .png (default: a free name).",
    completion: .file(extensions: ["png"]))
  var output: String?

  /// Checks the numbers.
  func check() throws(Failure) {
    try checkRange(1...10_000, of: count, "count")
    try checkRange(1...1000, of: columns, "columns")
    try checkRange(1...32, of: scale, "scale")
  }

  /// Writes a grid of images, a row of the matrix each.
  func write(
    _ images: Tensor, of model: SavedAutoencoder, columns: Int? = nil, named name: String
  ) throws(Failure) -> String {
    let values = images.values
    let grid = ImageGrid(
      columns: columns ?? self.columns,
      images: (0..<images.shape[0]).map {
        Array(values[$0 * images.shape[1]..<($0 + 1) * images.shape[1]])
      }, width: model.width, height: model.height, scale: scale)
    let path = output.map { Path($0) } ?? Self.freeName(name)
    try grid.write(to: path, replacing: false)
    return "\(path)"
  }

  /// `name.png`, or `name-2.png`, `name-3.png`, … if that is taken.
  private static func freeName(_ name: String) -> Path {
    var (number, path) = (1, Path("\(name).png"))
    while Folder.hasEntry(path) {
      number += 1
      path = Path("\(name)-\(number).png")
    }
    return path
  }
}

/// Draws images from a trained model.
struct SampleCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw images from a trained model, as a PNG.",
    discussion: "The greys are the probabilities of the pixels.")

  @OptionGroup var saved: SavedModelOptions

  @OptionGroup var picture: PictureOptions

  func run(in context: CommandContext<Void>) throws {
    try picture.check()
    let saved = try saved.model()
    var generator = PCG64(SeedSequence(picture.seed).child(0))
    let images = saved.model.sample(count: picture.count, using: &generator)
    context.output(try picture.write(images, of: saved, named: "samples"))
  }
}

/// Encodes test images and decodes them again.
struct ReconstructCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract:
      "Encode test images and decode them again, as a PNG: rows of images above their copies.")

  @OptionGroup var saved: SavedModelOptions

  @OptionGroup var picture: PictureOptions

  func run(in context: CommandContext<Void>) throws {
    try picture.check()
    let model = try saved.model()
    let data = try saved.data(for: model)
    var generator = PCG64(SeedSequence(picture.seed).child(0))
    let order = generator.permutation(of: 0..<data.test.count)
    let images = data.test.tensor(order.prefix(picture.count), using: &generator)
    let copies = model.model.reconstruction(of: images, using: &generator)
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
    context.output(
      try picture.write(
        .concatenatingRows(rows), of: model, columns: columns, named: "reconstructions"))
  }
}
