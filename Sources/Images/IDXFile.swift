import Files
import Foundation
import State

/// The contents of a file in the format of MNIST: an array of unsigned bytes, with its dimensions.
///
/// The format is two zero bytes, a byte for the type of the elements (8: unsigned bytes), a byte for
/// the number of dimensions, each dimension as a big-endian 32-bit number, and the elements, the
/// last dimension fastest. Other types of elements are not read.
///
/// Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
public struct IDXFile: Sendable, Equatable {
  /// The path of the file as the user gave it.
  public let file: String
  /// The dimensions, such as [60000, 28, 28]: images, rows, columns.
  public let dimensions: [Int]
  /// The elements, as many as the product of the dimensions.
  public let bytes: [UInt8]

  /// The largest number of elements that is read: 2³¹.
  public static let largestCount = 1 << 31
  /// The length of the longest header, which has 255 dimensions.
  private static let longestHeader = 4 + 4 * 255

  /// Reads the file at `path`, plain or compressed with gzip, whatever its name.
  ///
  /// - Throws: `Failure` if the file cannot be read, is not in this format, is damaged, or
  ///   has less or more bytes than its header says.
  public static func read(_ path: Path) throws(Failure) -> IDXFile {
    let data = try RegularFile.contents(of: path, atMost: largestCount + longestHeader)
    return try IDXFile(decoding: data, from: path.text)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter file: The file's path, for the sentences of errors.
  /// - Throws: `Failure` as `read(_:)` does.
  init(decoding data: Data, from file: String) throws(Failure) {
    let start = try Self.start(of: data, length: Self.longestHeader, file: file)
    self.file = file
    dimensions = try Self.dimensions(inHeader: start, file: file)
    let count = try Self.count(of: dimensions, file: file)
    let headerLength = 4 + 4 * dimensions.count

    // One byte more, so that too long a file shows.
    let all = try Self.start(of: data, length: headerLength + count + 1, file: file)
    let shape = dimensions.map(String.init).joined(separator: "×")
    guard all.count <= headerLength + count else {
      throw .damaged(file, "has more than the \(count) bytes of \(shape) that its header announces")
    }
    guard all.count == headerLength + count else {
      throw .damaged(
        file,
        "is cut short: its header announces \(count) bytes of \(shape), "
          + "but \(all.count - headerLength) follow")
    }
    bytes = Array(all[headerLength...])
  }

  /// At most the first `length` bytes, decompressed.
  private static func start(
    of data: Data, length: Int, file: String
  ) throws(Failure) -> [UInt8] {
    guard Gzip.isCompressed(data) else { return Array(data.prefix(length)) }
    do throws(Gzip.Damage) {
      return try Gzip.decompress(data, atMost: length)
    } catch {
      throw .damaged(file, error.problem)
    }
  }

  /// The dimensions that the header at the start of `bytes` gives.
  private static func dimensions(
    inHeader bytes: [UInt8], file: String
  ) throws(Failure) -> [Int] {
    guard bytes.count >= 4 else {
      throw .damaged(file, "has \(bytes.count) bytes, less than the 4 that an IDX file starts with")
    }
    // The types from 8 to 14 are those of the format, but for 10.
    guard bytes[0] == 0, bytes[1] == 0, (0x08...0x0E).contains(bytes[2]), bytes[2] != 0x0A else {
      throw .file(
        file, "is not an IDX file: it starts with the bytes \(bytes[..<4].hexadecimal)",
        fix: "name a file in the format of MNIST")
    }
    guard bytes[2] == 0x08 else {
      throw .file(
        file, "has elements of the type \(bytes[2...2].hexadecimal), not unsigned bytes (08)",
        fix: "convert it to unsigned bytes")
    }
    let length = 4 + 4 * Int(bytes[3])
    guard bytes.count >= length else {
      throw .damaged(
        file, "is cut short: it ends after \(bytes.count) of the \(length) bytes of its header")
    }
    return stride(from: 4, to: length, by: 4).map { offset in
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// The product of the dimensions.
  private static func count(
    of dimensions: [Int], file: String
  ) throws(Failure) -> Int {
    if dimensions.contains(0) { return 0 }
    var count = 1
    for dimension in dimensions {
      // Neither factor exceeds 2³², so that the product does not overflow.
      count *= dimension
      guard count <= largestCount else {
        throw .file(
          file, "announces more than the \(largestCount) bytes that can be read here",
          fix: "split it, or download it again if it should be smaller")
      }
    }
    return count
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as pairs of hexadecimal digits.
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

extension Failure {
  /// A file of which not all bytes are as they were written.
  fileprivate static func damaged(_ file: String, _ problem: String) -> Failure {
    .file(file, problem, fix: "copy or download it again")
  }
}
