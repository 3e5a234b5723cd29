import ImageData

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of a published data set, with the sums by which to recognise it.
public struct PublishedFile: Sendable, Equatable {
  /// The name of the file, which follows the address of each mirror.
  public let name: String
  /// The MD5 digest of the file, as 32 hexadecimal digits in lower case.
  public let md5: String
  /// The MD5 digest of what the file decompresses to with gzip; a file with this content is right
  /// even if it was compressed otherwise. `nil` if it is not known.
  public let contentMD5: String?

  /// Creates a description.
  public init(name: String, md5: String, contentMD5: String? = nil) {
    self.name = name
    self.md5 = md5
    self.contentMD5 = contentMD5
  }

  /// The largest content that is decompressed to be recognised.
  private static let largestContent = 1 << 28

  /// Whether `data` are this file.
  func matches(_ data: Data) -> Bool {
    if data.withUnsafeBytes(MD5.hexadecimal(of:)) == md5 { return true }
    guard let contentMD5, Gzip.isCompressed(data) else { return false }
    let content = try? Gzip.decompress(data, atMost: Self.largestContent)
    return content?.withUnsafeBytes(MD5.hexadecimal(of:)) == contentMD5
  }
}
