import Files
import State

/// The images to train on, to choose settings by, and to report results on.
public struct ImageSplits: Sendable, Equatable {
  /// What the data are called.
  public let name: String
  /// The images to train on.
  public let train: ImageSet
  /// The images by which to choose between settings, and the moment to stop.
  public let validation: ImageSet
  /// The images on which to report the result.
  public let test: ImageSet

  /// Creates splits.
  ///
  /// - Precondition: All images have the same size.
  public init(name: String, train: ImageSet, validation: ImageSet, test: ImageSet) {
    for set in [validation, test] {
      precondition(
        set.width == train.width && set.height == train.height,
        "images of \(set.width) by \(set.height) and of \(train.width) by \(train.height) pixels "
          + "cannot be splits of the same data")
    }
    self.name = name
    self.train = train
    self.validation = validation
    self.test = test
  }

  private static let trainingFile = "train-images-idx3-ubyte"
  private static let testFile = "t10k-images-idx3-ubyte"

  /// Reads the images in `folder`, named and formatted as MNIST's: `train-images-idx3-ubyte` and
  /// `t10k-images-idx3-ubyte`, each as it is or compressed as `.gz`.
  ///
  /// The last sixth of the training file is the validation set, so that MNIST is split into 50,000,
  /// 10,000 and 10,000 images as in the literature. The folder's name becomes that of the data.
  ///
  /// - Throws: `Failure` if a file is missing or unusable, the training file has less than
  ///   6 images, or the images of the two files differ in size.
  public static func load(from folder: Path) throws(Failure) -> ImageSplits {
    guard !folder.text.isEmpty else {
      throw .usage("The folder of the images has an empty name; name one with --data.")
    }
    let training = try ImageSet(idx: IDXFile.read(file(trainingFile, in: folder)))
    let testPath = try file(testFile, in: folder)
    let test = try ImageSet(idx: IDXFile.read(testPath))
    guard training.count >= 6 else {
      throw .file(
        folder.text, "holds \(training.count) training images, too few to set a sixth aside",
        fix: "provide at least 6")
    }
    guard test.width == training.width, test.height == training.height else {
      throw .file(
        testPath.text,
        "has images of \(test.width) by \(test.height) pixels, "
          + "the training file of \(training.width) by \(training.height)",
        fix: "put the two files of the same data into the folder")
    }
    let boundary = training.count - training.count / 6
    return ImageSplits(
      name: folder.name, train: training.subset(0..<boundary),
      validation: training.subset(boundary..<training.count), test: test)
  }

  /// The file called `name` or `name`.gz in `folder`.
  private static func file(_ name: String, in folder: Path) throws(Failure) -> Path {
    for candidate in [name, name + ".gz"].map(folder.appending) where Folder.hasEntry(candidate) {
      return candidate
    }
    let exists = Folder.hasEntry(folder)
    throw .file(
      folder.text,
      !exists
        ? "does not exist"
        : Folder.hasEntry(folder.appending("."))
          ? "contains neither \(name) nor \(name).gz"
          : "is not a folder",
      fix: "name a folder with \(trainingFile) and \(testFile) (or the same with .gz), fetch MNIST "
        + "with 'train-vae fetch mnist', or use '--data synthetic'")
  }
}
