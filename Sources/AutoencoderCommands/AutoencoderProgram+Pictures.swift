import Autodiff
import Experiments
import Files
import Rendering
import State

extension AutoencoderProgram {
  /// What the model draws as it learns: images of its own, and validation images with their copies.
  public static func pictures(
    _ settings: AutoencoderSettings, in names: Void
  ) throws(Failure) -> RunPictures<AutoencoderTraining>? {
    RunPictures(
      in: "samples", suffix: "png", .powersOfTwo,
      caption: "Above: images drawn from the model, from the same random numbers each time. Below: "
        + "validation images, and what the model makes of each."
    ) { training, path, monitor throws(Failure) in
      try training.picture.write(to: path)
    }
  }
}

extension AutoencoderTraining {
  /// Two rows of images drawn from the model, one of validation images and one of their copies.
  fileprivate var picture: ImageGrid {
    // The same draws at every moment, and none of the training's.
    var generator = Self.generator(5, settings)
    let columns = 16
    let drawn = training.model.sample(count: 2 * columns, using: &generator)
    let images = data.validation.tensor(
      0..<min(columns, data.validation.count), using: &generator)
    let copies = training.model.reconstruction(of: images, using: &generator)
    // A row that is not full would put copies beside images.
    let missing = Tensor.zeros([columns - images.shape[0], images.shape[1]])
    let rows = [drawn, images] + (missing.shape[0] > 0 ? [missing] : []) + [copies]
    let (all, size) = (Tensor.concatenatingRows(rows), data.width * data.height)
    let values = all.values
    return ImageGrid(
      columns: columns,
      images: (0..<all.shape[0]).map { Array(values[$0 * size..<($0 + 1) * size]) },
      width: data.width, height: data.height, scale: 1)
  }
}
