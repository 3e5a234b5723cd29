import Autodiff
import Files
import Images
import RandomNumbers
import State

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
  let means: [Float]

  /// Reads the images of a folder, or makes the synthetic ones.
  ///
  /// Images are binarised with seeds of their own, so that runs of all seeds have the same data.
  ///
  /// - Throws: `Failure` if the folder has none.
  init(_ data: String, binarization: Binarization) throws(Failure) {
    let splits: ImageSplits =
      data == "synthetic" ? .synthetic() : try .load(from: Path(data))
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

  /// The images at which variances are measured: the first of the training images.
  func varianceBatch(of size: Int) -> Tensor {
    var unused = PCG64(seed: 0)
    return fixedTrain.tensor(0..<min(size, fixedTrain.count), using: &unused)
  }
}

extension BinarizedImages {
  /// A batch of the images as a matrix [rows, pixels].
  func tensor(_ indices: some Collection<Int>, using generator: inout PCG64) -> Tensor {
    Tensor(batch(indices, using: &generator), shape: [indices.count, pixelCount])
  }

  /// Static images in batches, in their order.
  func batches(of size: Int) -> some Collection<Tensor> {
    precondition(mode == .static, "only static images have fixed batches")
    return (0..<(count + size - 1) / size).lazy.map { number in
      var unused = PCG64(seed: 0)
      return tensor(number * size..<min((number + 1) * size, count), using: &unused)
    }
  }
}
