import ArgumentParser
import Checkpoints
import Foundation
import Rendering
import Testing

@testable import AutoencoderCommands

@Suite struct PictureCommandsTests {
  /// Trains for a moment on images of 4 by 3 pixels, of which 10 are for tests.
  private func withRun(_ body: (TemporaryFolder) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try folder.train("a", small(data: images) { $0.steps = 5 })
      try body(folder)
    }
  }

  /// Runs a command that draws, and returns its picture.
  private func draw(
    _ name: String, _ flags: String..., in folder: TemporaryFolder
  ) throws -> Data {
    let picture = "\(UUID().uuidString).png"
    try command([name, folder.path("a"), "--output", folder.path(picture)] + flags)
    return try folder.data(picture)
  }

  /// The size that the header of a PNG tells.
  private func size(_ png: Data) throws -> [Int] {
    let bytes = [UInt8](png)
    try #require(bytes.count > 24 && bytes[1..<4].elementsEqual("PNG".utf8))
    return [16, 20].map { bytes[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  /// The size of a grid with lines of one pixel around the images.
  private func grid(columns: Int, rows: Int, scale: Int = 2) -> [Int] {
    [1 + columns * (4 * scale + 1), 1 + rows * (3 * scale + 1)]
  }

  @Test func samplesStandInAGrid() throws {
    try withRun { folder in
      let usual = try draw("sample", in: folder)
      #expect(try size(usual) == grid(columns: 16, rows: 4))
      let large = try draw(
        "sample", "--count", "7", "--columns", "3", "--scale", "5", in: folder)
      #expect(try size(large) == grid(columns: 3, rows: 3, scale: 5))
      let single = try draw("sample", "--count", "1", in: folder)
      #expect(try size(single) == grid(columns: 1, rows: 1))
    }
  }

  @Test(arguments: [
    // Ten images side by side above their copies, for there are no more.
    ("64", "16", 10, 2), ("10", "10", 10, 2), ("4", "16", 4, 2), ("1", "16", 1, 2),
    // Rows of images and of copies in turn.
    ("10", "5", 5, 4), ("10", "4", 4, 6), ("3", "1", 1, 6), ("7", "3", 3, 6),
  ])
  func copiesStandBelowTheirImages(
    count: String, columns: String, across: Int, down: Int
  ) throws {
    try withRun { folder in
      let png = try draw("reconstruct", "--count", count, "--columns", columns, in: folder)
      #expect(try size(png) == grid(columns: across, rows: down))
    }
  }

  @Test(arguments: ["sample", "reconstruct"])
  func theSeedDecidesThePicture(name: String) throws {
    try withRun { folder in
      let before = try folder.files(below: "a")
      let picture = try draw(name, "--seed", "4", in: folder)
      #expect(try draw(name, "--seed", "4", in: folder) == picture)
      #expect(try draw(name, "--seed", "5", in: folder) != picture)
      #expect(try folder.files(below: "a") == before)
    }
  }

  @Test(arguments: ["sample", "reconstruct"])
  func aWrongPictureIsAnError(name: String) throws {
    try withRun { folder in
      for file in ["a.jpg", "png", "a"] {
        #expect(throws: RenderingError.self) {
          try command([name, folder.path("a"), "--output", folder.path(file)])
        }
        #expect(file == "a" || !folder.exists(file))
      }
      #expect(throws: CheckpointError.self) {
        try command([name, folder.path("a"), "--output", folder.path("none/a.png")])
      }
      #expect(throws: RenderingError.self) {
        try draw(
          name, "--scale", "32", "--columns", "1", "--count", name == "sample" ? "400" : "10000",
          "--data", folder.writeImages(to: "more", test: 400), in: folder)
      }
    }
  }

  @Test(arguments: [
    ["--count", "0"], ["--count", "10001"], ["--columns", "0"], ["--columns", "1001"],
    ["--scale", "0"], ["--scale", "33"], ["--seed", "-1"],
  ])
  func wrongNumbersAreRefused(flags: [String]) {
    for name in ["sample", "reconstruct"] { expectUsageError([name, "a"] + flags) }
  }
}
