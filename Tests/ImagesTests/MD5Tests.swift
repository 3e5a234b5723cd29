import Testing

@testable import Images

@Suite struct MD5Tests {
  /// From the appendix of RFC 1321.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
  ])
  func agreesWithTheStandard(text: String, digest: String) {
    #expect(Array(text.utf8).withUnsafeBytes(MD5.hexadecimal(of:)) == digest)
  }
}
