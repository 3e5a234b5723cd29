import Foundation
import Testing

@testable import Images

@Suite struct PublishedFileTests {
  /// "swift-relax\n", compressed with gzip, once as it is and once at the fastest level.
  private let best = Data(base64Encoded: bestText) ?? Data()
  private let fast = Data(base64Encoded: fastText) ?? Data()

  @Test func acceptsTheFileItself() {
    let file = PublishedFile(name: "a", size: 3, md5: "900150983cd24fb0d6963f7d28e17f72")
    #expect(file.matches(Data("abc".utf8)))
    #expect(!file.matches(Data("abd".utf8)) && !file.matches(Data()))
  }

  @Test func acceptsTheSameContentCompressedOtherwise() {
    let content = Data("swift-relax\n".utf8).withUnsafeBytes(MD5.hexadecimal(of:))
    let digest = best.withUnsafeBytes(MD5.hexadecimal(of:))
    #expect(best != fast)
    let file = PublishedFile(name: "a", size: 3, md5: digest, contentMD5: content)
    #expect(file.matches(best) && file.matches(fast))
    #expect(!file.matches(fast.dropLast()))
    #expect(!PublishedFile(name: "a", size: 3, md5: digest).matches(fast))
    #expect(!PublishedFile(name: "a", size: 3, md5: digest, contentMD5: digest).matches(fast))
  }
}

private let bestText = "H4sIAAAAAAACAysuz0wr0S1KzUms4AIAAmUNUwwAAAA="
private let fastText = "H4sIAAAAAAAEAysuz0wr0S1KzUms4AIAAmUNUwwAAAA="
