import Files
import Foundation
import Images
import Testing

@Suite struct ImageSplitsTests {
  private let advice =
    "; name a folder with train-images-idx3-ubyte and t10k-images-idx3-ubyte (or the same with "
    + ".gz), fetch MNIST with 'train-vae fetch mnist', or use '--data synthetic'"

  /// Writes image files: image i of the training file has the level i, of the test file 100 + i.
  private func write(
    train: Int, test: Int, testWidth: Int = 2, compressed: Bool, in folder: Path
  ) throws {
    let suffix = compressed ? ".gz" : ""
    for (name, count, width, start) in [
      ("train", train, 2, 0), ("t10k", test, testWidth, 100),
    ] {
      let levels = (0..<count).flatMap {
        [UInt8](repeating: UInt8(start + $0), count: width * 3)
      }
      let data = idx([count, 3, width], levels)
      try (compressed ? gzip(data) : data)
        .write(to: folder.appending("\(name)-images-idx3-ubyte\(suffix)"))
    }
  }

  @Test(arguments: [false, true])
  func setsTheLastSixthAside(compressed: Bool) throws {
    try withTemporaryFolder { folder in
      try write(train: 20, test: 4, compressed: compressed, in: folder)
      let splits = try ImageSplits.load(from: folder)
      #expect(splits.name == folder.name)
      #expect(splits.train.count == 17 && splits.validation.count == 3 && splits.test.count == 4)
      #expect(splits.train.width == 2 && splits.train.height == 3)
      #expect(splits.train.pixels.first == 0 && splits.train.pixels.last == 16)
      #expect(splits.validation.pixels.first == 17 && splits.validation.pixels.last == 19)
      #expect(splits.test.pixels.first == 100 && splits.test.pixels.last == 103)
    }
  }

  @Test func prefersFilesThatAreNotCompressed() throws {
    try withTemporaryFolder { folder in
      try write(train: 6, test: 4, compressed: true, in: folder)
      try write(train: 7, test: 4, compressed: false, in: folder)
      #expect(try ImageSplits.load(from: folder).train.count == 6)
    }
  }

  @Test func saysWhatIsExpectedWhereFilesAreMissing() throws {
    try withTemporaryFolder { folder in
      func problem(_ path: Path) -> String {
        sentence { try ImageSplits.load(from: path) }.replacing(folder.text + "/", with: "")
      }
      #expect(problem(folder.appending("none")) == "none does not exist" + advice)
      let data = folder.appending("data")
      _ = try Folder.make(data)
      let noTraining =
        "data contains neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz"
      #expect(problem(data) == noTraining + advice)
      try write(train: 6, test: 1, compressed: false, in: data)
      let test = data.appending("t10k-images-idx3-ubyte")
      #expect(problem(test).contains("is not a folder; name a folder"))
      try FileManager.default.removeItem(atPath: test.text)
      #expect(
        problem(data)
          == "data contains neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz" + advice)
      #expect(problem("").hasPrefix("The folder of the images has an empty name; "))
    }
  }

  @Test func refusesFilesThatDoNotFit() throws {
    try withTemporaryFolder { folder in
      try write(train: 5, test: 4, compressed: false, in: folder)
      #expect(
        sentence { try ImageSplits.load(from: folder) }
          .hasSuffix("holds 5 training images, too few to set a sixth aside; provide at least 6"))
      try write(train: 6, test: 4, testWidth: 5, compressed: false, in: folder)
      #expect(
        sentence { try ImageSplits.load(from: folder) }.hasSuffix(
          "/t10k-images-idx3-ubyte has images of 5 by 3 pixels, the training file of 2 by 3; "
            + "put the two files of the same data into the folder"))
    }
  }
}
