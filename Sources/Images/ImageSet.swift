import State

/// Grey-scale images of one size.
public struct ImageSet: Sendable, Equatable {
  /// The size of each image in pixels.
  public let width, height: Int
  /// The grey levels of all images, one image after the other, each row by row; 255 is full ink.
  public let pixels: [UInt8]

  /// The number of images.
  public let count: Int
  /// The number of pixels of each image.
  public var pixelCount: Int { width * height }

  /// Creates a set of images.
  ///
  /// - Precondition: Width and height are positive, and `pixels` is a number of whole images.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "images cannot have \(width) by \(height) pixels")
    precondition(
      pixels.count.isMultiple(of: width * height),
      "\(pixels.count) grey levels do not make images of \(width) by \(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
    count = pixels.count / (width * height)
  }

  /// Creates the set of images that an IDX file holds: its dimensions are images, rows, columns.
  ///
  /// - Throws: `Failure` if the file has not three dimensions, or one of them is zero.
  public init(idx: IDXFile) throws(Failure) {
    guard idx.dimensions.count == 3 else {
      throw .file(
        idx.file, "has \(idx.dimensions.count) dimensions instead of the 3 of a set of images",
        fix: "name a file of images, such as train-images-idx3-ubyte.gz")
    }
    guard !idx.dimensions.contains(0) else {
      throw .file(
        idx.file, "holds no pixels: its dimensions are \(idx.dimensions)",
        fix: "name a file with at least one image")
    }
    self.init(width: idx.dimensions[2], height: idx.dimensions[1], pixels: idx.bytes)
  }

  /// The images in `range`, counted from 0.
  ///
  /// - Precondition: `range` lies in `0..<count`.
  public func subset(_ range: Range<Int>) -> ImageSet {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "there are no images \(range) in a set of \(count)")
    let slice = pixels[range.lowerBound * pixelCount..<range.upperBound * pixelCount]
    return ImageSet(width: width, height: height, pixels: Array(slice))
  }
}
