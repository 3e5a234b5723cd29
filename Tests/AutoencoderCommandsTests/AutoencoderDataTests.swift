import Autodiff
import Foundation
import ImageData
import RandomNumbers
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderDataTests {
  private func image(_ number: Int, of images: BinarizedImages) -> [Float] {
    var generator = PCG64(seed: 9)
    return images.batch([number], using: &generator)
  }

  @Test func syntheticDataNeedNoFile() throws {
    let data = try AutoencoderData("synthetic", binarization: .static)
    #expect(data.name == "synthetic" && data.width == 16 && data.height == 16)
    #expect([data.train, data.validation, data.test].map(\.count) == [2000, 500, 500])
    #expect(data.means == data.train.mean && data.means.count == 256)
    let other = data.replacing(means: [1])
    #expect(other.means == [1] && other.name == data.name)
  }

  @Test func aFolderIsSplit() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images", train: 61, test: 7, width: 5, height: 4)
      let data = try AutoencoderData(path, binarization: .static)
      #expect(data.name == "images" && data.width == 5 && data.height == 4)
      #expect([data.train, data.validation, data.test].map(\.count) == [51, 10, 7])
      // Each split has bits of its own and keeps them.
      let again = try AutoencoderData(path, binarization: .static)
      for (a, b) in [
        (data.train, again.train), (data.validation, again.validation), (data.test, again.test),
        (data.train, data.fixedTrain),
      ] {
        for number in [0, a.count - 1] { #expect(image(number, of: a) == image(number, of: b)) }
      }
      let levels = try folder.data("images/train-images-idx3-ubyte").dropFirst(16)
      for (pixel, level) in levels.prefix(20).enumerated() where level == 0 || level == 255 {
        #expect(image(0, of: data.train)[pixel] == Float(level) / 255)
      }
    }
  }

  @Test func onlyTrainingImagesAreDrawnAgain() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      let fixed = try AutoencoderData(path, binarization: .static)
      let data = try AutoencoderData(path, binarization: .dynamic)
      #expect(data.train.mode == .dynamic)
      #expect(
        [data.fixedTrain, data.validation, data.test].map(\.mode) == [.static, .static, .static])
      #expect(image(3, of: data.fixedTrain) == image(3, of: fixed.train))
      #expect(image(3, of: data.validation) == image(3, of: fixed.validation))
      var generator = PCG64(seed: 1)
      let draws = (0..<20).map { _ in data.train.tensor([0], using: &generator).values }
      #expect(Set(draws).count > 1)
      // The mean of the probabilities, not of a draw.
      #expect(data.means != fixed.means)
      let levels = try folder.data("images/train-images-idx3-ubyte").dropFirst(16).map(Double.init)
      let sum = (0..<50).map { levels[12 * $0] }.reduce(0, +)
      #expect(abs(Double(data.means[0]) - sum / 50 / 255) < 1e-6)
    }
  }

  @Test(arguments: [1, 3, 10, 49, 50, 51])
  func batchesCoverAllImagesInOrder(size: Int) throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      let images = try AutoencoderData(path, binarization: .static).train
      let batches = Array(images.batches(of: size))
      #expect(batches.dropLast().allSatisfy { $0.shape == [size, 12] })
      #expect(batches.flatMap(\.values) == (0..<50).flatMap { image($0, of: images) })
    }
  }

  @Test func batchesOfAPart() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages(to: "images")
      let images = try AutoencoderData(path, binarization: .static).train
      func part(_ start: Int, _ count: Int?) -> [[Float]] {
        images.batches(of: 4, from: start, count: count).map(\.values)
      }
      let (a, b) = (image(45, of: images), image(46, of: images))
      #expect(part(45, 1) == [a])
      #expect(part(45, 2) == [a + b])
      #expect(part(45, nil).map(\.count) == [48, 12])
      #expect(part(45, 100) == part(45, nil))
      #expect(part(50, nil).isEmpty && part(3, 0).isEmpty)
    }
  }

  @Test func missingOrDamagedImagesAreAnError() throws {
    try withTemporaryFolder { folder in
      func message(_ path: String) -> String? {
        #expect(throws: ImageDataError.self) {
          try AutoencoderData(path, binarization: .static)
        }?.description
      }
      #expect(message(folder.path("none"))?.contains("does not exist; name a folder with") == true)
      let path = try folder.writeImages(to: "images")
      let file = try folder.data("images/t10k-images-idx3-ubyte")
      for count in [0, 3, 15, file.count - 1] {
        try folder.write(file.prefix(count), to: "images/t10k-images-idx3-ubyte")
        #expect(message(path)?.contains("t10k-images-idx3-ubyte") == true)
      }
    }
  }
}
