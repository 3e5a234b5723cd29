import Foundation

/// A file of a published data set, with the sums by which to recognise it.
public struct PublishedFile: Sendable, Equatable {
  /// The name of the file, which follows the address of each mirror.
  public let name: String
  /// The number of its bytes, more than which no server may send.
  public let size: Int
  /// The MD5 digest of the file, as 32 hexadecimal digits in lower case.
  public let md5: String
  /// The MD5 digest of what the file decompresses to with gzip; a file with this content is right
  /// even if it was compressed otherwise. `nil` if it is not known.
  public let contentMD5: String?

  /// Creates a description.
  public init(name: String, size: Int, md5: String, contentMD5: String? = nil) {
    precondition(size > 0, "\(name) cannot have \(size) bytes")
    self.name = name
    self.size = size
    self.md5 = md5
    self.contentMD5 = contentMD5
  }

  /// The largest content that is decompressed to be recognised.
  private static let largestContent = 1 << 28

  /// How many bytes the file may have if it was compressed otherwise.
  var largestSize: Int { 2 * size + 1024 }

  /// Whether `data` are this file.
  func matches(_ data: Data) -> Bool {
    if data.withUnsafeBytes(MD5.hexadecimal(of:)) == md5 { return true }
    guard let contentMD5, Gzip.isCompressed(data) else { return false }
    let content = try? Gzip.decompress(data, atMost: Self.largestContent)
    return content?.withUnsafeBytes(MD5.hexadecimal(of:)) == contentMD5
  }
}
