import Autodiff
import Foundation
import ImageData
import RandomNumbers

/// The images of a run, as zeros and ones.
struct AutoencoderData: Sendable {
  /// What the data are called.
  let name: String
  /// The size of an image.
  let width, height: Int
  /// As the training takes them, drawn once or at each use.
  let train: BinarizedImages
  /// The training images drawn once, for bounds that can be compared.
  let fixedTrain: BinarizedImages
  let validation: BinarizedImages
  let test: BinarizedImages
  /// The mean of each pixel over the training images.
  private(set) var means: [Float]

  /// Reads the images of a folder, or makes the synthetic ones.
  ///
  /// Images are binarised with seeds of their own, so that runs of all seeds have the same data.
  ///
  /// - Throws: `ImageDataError` if the folder has none.
  init(_ data: String, binarization: Binarization) throws(ImageDataError) {
    let splits: ImageSplits =
      data == "synthetic"
      ? .synthetic() : try .load(from: URL(filePath: data, directoryHint: .isDirectory))
    name = splits.name
    width = splits.train.width
    height = splits.train.height
    fixedTrain = BinarizedImages(splits.train, mode: .static, seed: 1)
    train =
      binarization == .static
      ? fixedTrain : BinarizedImages(splits.train, mode: .dynamic, seed: 1)
    validation = BinarizedImages(splits.validation, mode: .static, seed: 2)
    test = BinarizedImages(splits.test, mode: .static, seed: 3)
    means = train.mean
  }

  /// The same images with the mean image of others, those that a model was trained on.
  func replacing(means: [Float]) -> AutoencoderData {
    var copy = self
    copy.means = means
    return copy
  }
}

extension BinarizedImages {
  /// A batch of the images as a matrix [rows, pixels].
  func tensor(_ indices: some Collection<Int>, using generator: inout PCG64) -> Tensor {
    Tensor(batch(indices, using: &generator), shape: [indices.count, pixelCount])
  }

  /// Static images in batches, in their order.
  func batches(of size: Int, from start: Int = 0, count: Int? = nil) -> some Sequence<Tensor> {
    precondition(mode == .static, "only static images have fixed batches")
    let end = min(self.count, start + (count ?? self.count))
    return stride(from: start, to: end, by: size).lazy.map { first in
      var unused = PCG64(seed: 0)
      return tensor(first..<Swift.min(first + size, end), using: &unused)
    }
  }
}
