import Files
import Foundation
import RandomNumbers
import State
import Testing

@testable import Images

@Suite struct IDXFileTests {
  private let bytes = (0..<24).map { UInt8($0 * 10) }

  @Test func readsPlainAndCompressedFilesOfAnyName() throws {
    try withTemporaryFolder { folder in
      let data = idx([2, 3, 4], bytes)
      for (name, contents) in [("a.gz", data), ("b", gzip(data)), ("c", data)] {
        let path = folder.appending(name)
        try contents.write(to: path)
        let file = try IDXFile.read(path)
        #expect(file.dimensions == [2, 3, 4] && file.bytes == bytes && file.file == path.text)
      }
    }
  }

  @Test func readsOddShapes() throws {
    for (dimensions, count) in [([], 1), ([5], 5), ([0], 0), ([1 << 31, 0, 1 << 31], 0)] {
      let file = try IDXFile(decoding: idx(dimensions, Array(bytes[..<count])), from: "f")
      #expect(file.dimensions == dimensions && file.bytes == Array(bytes[..<count]))
    }
    let many = Array(repeating: 1, count: 255)
    #expect(try IDXFile(decoding: idx(many, [9]), from: "f").bytes == [9])
  }

  @Test func namesWhatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      #expect(
        sentence { try IDXFile.read("nowhere") }
          == "nowhere cannot be read: there is no such file or folder; "
          + "correct the path or create the folder first")
      #expect(sentence { try IDXFile.read(folder) }.contains("it is a folder"))
      // A file with a hole takes no room on the disk.
      let path = folder.appending("large")
      try Data().write(to: path)
      #expect(truncate(path.text, 1 << 40) == 0)
      #expect(sentence { try IDXFile.read(path) }.contains("has more than the 2147484672 bytes"))
    }
  }

  @Test(arguments: [
    (Data(), "has 0 bytes, less than the 4 that an IDX file starts with; "),
    (Data([0, 0, 8]), "has 3 bytes, less than the 4 that an IDX file starts with; "),
    (
      Data("PK\u{3}\u{4}and more".utf8),
      "is not an IDX file: it starts with the bytes 50 4b 03 04; name a file in the format of MNIST"
    ),
    (
      Data([0, 0, 10, 1, 0, 0, 0, 0]), "is not an IDX file: it starts with the bytes 00 00 0a 01; "
    ),
    (
      idx([1], [0, 0, 0, 0], type: 13),
      "has elements of the type 0d, not unsigned bytes (08); convert it to unsigned bytes"
    ),
    (
      Data([0, 0, 8, 3, 0, 0]),
      "is cut short: it ends after 6 of the 16 bytes of its header; copy or download it again"
    ),
    (
      idx([2, 2], [1, 2, 3]),
      "is cut short: its header announces 4 bytes of 2×2, but 3 follow; copy or download it again"
    ),
    (
      idx([2, 2], [1, 2, 3, 4, 5]),
      "has more than the 4 bytes of 2×2 that its header announces; copy or download it again"
    ),
    (idx([0, 5], [1]), "has more than the 0 bytes of 0×5 that its header announces; "),
    (
      idx([1 << 16, 1 << 15, 2], []),
      "announces more than the 2147483648 bytes that can be read here; "
    ),
    (
      idx(Array(repeating: 0xFFFF_FFFF, count: 255), []),
      "announces more than the 2147483648 bytes that can be read here; "
    ),
    // As large as allowed, so that memory would be taken if the length were believed.
    (idx([1 << 31], []), "is cut short: its header announces 2147483648 bytes of 2147483648, "),
  ])
  func saysWhatIsWrong(data: Data, message: String) {
    for contents in [data, gzip(data)] {
      let sentence = sentence { try IDXFile(decoding: contents, from: "images") }
      #expect(sentence.hasPrefix("images " + message), "\(sentence)")
    }
  }

  @Test func stopsDecompressingAfterTheHeadersLength() {
    let bomb = gzip(idx([2, 2], []) + Data(count: 50_000_000))
    #expect(
      sentence { try IDXFile(decoding: bomb, from: "bomb") }
        == "bomb has more than the 4 bytes of 2×2 that its header announces; "
        + "copy or download it again")
  }

  @Test func saysThatCompressedDataAreDamaged() {
    var data = gzip(idx([2, 3, 4], bytes))
    #expect(
      sentence { try IDXFile(decoding: data.dropLast(), from: "images.gz") }
        == "images.gz is cut short: its gzip data has no end; copy or download it again")
    data[data.count - 6] ^= 4
    #expect(
      sentence { try IDXFile(decoding: data, from: "images.gz") }
        == "images.gz has damaged gzip data (incorrect data check); copy or download it again")
  }

  // MARK: Fuzz

  /// `file` with one to three random changes, from which a part may be missing.
  private func mutated(_ file: Data, using generator: inout PCG64) -> Data {
    var bytes = Array(file)
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      // Half of the changes hit the header.
      let end = Bool.random(using: &generator) ? bytes.count : min(20, bytes.count)
      let index = Int.random(in: 0..<end, using: &generator)
      let last = min(bytes.count, index + Int.random(in: 1...9, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[index] = [0, 1, 8, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
      case 2: bytes.insert(.random(in: 0...255, using: &generator), at: index)
      case 3: bytes.removeSubrange(index..<last)
      case 4: bytes.insert(contentsOf: bytes[index..<last], at: index)
      default: bytes.removeSubrange(index...)
      }
    }
    return Data(bytes)
  }

  /// Whether the reader accepts `data`; what it accepts must be consistent.
  private func isAccepted(_ data: Data) -> Bool {
    do throws(Failure) {
      let file = try IDXFile(decoding: data, from: "fuzz")
      #expect(file.bytes.count == file.dimensions.reduce(1, *))
      if !Gzip.isCompressed(data) { #expect(idx(file.dimensions, file.bytes) == data) }
      return true
    } catch {
      #expect(error.description.hasPrefix("fuzz ") && error.description.contains("; "))
      return false
    }
  }

  @Test func mutatedFilesNeverCrashTheReader() {
    let file = idx([2, 3, 4], bytes)
    var generator = PCG64(seed: 1)
    var accepted = (plain: 0, inside: 0, outside: 0)
    for _ in 0..<4000 {
      accepted.plain += isAccepted(mutated(file, using: &generator)) ? 1 : 0
      // Changes before the compression pass the check sum, those after it seldom do.
      accepted.inside += isAccepted(gzip(mutated(file, using: &generator))) ? 1 : 0
      accepted.outside += isAccepted(mutated(gzip(file), using: &generator)) ? 1 : 0
    }
    #expect((100..<2000).contains(accepted.plain) && (100..<2000).contains(accepted.inside))
    // Only fields without meaning in gzip's header, such as the time, can change.
    #expect((1..<1000).contains(accepted.outside))
  }

  @Test func randomBytesNeverCrashTheReader() {
    var generator = PCG64(seed: 2)
    for start in [[], [0, 0, 8], [0x1F, 0x8B, 8, 0]] as [[UInt8]] {
      for _ in 0..<1000 {
        let count = Int.random(in: 0...60, using: &generator)
        let rest = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        _ = isAccepted(Data(start + rest))
      }
    }
  }
}
