import CCrypto

/// The MD5 digest, in which the sums of published data sets are given (RFC 1321).
///
/// It detects damage, not malice: whoever wants to can make two files with the same digest.
enum MD5 {
  /// The digest of `bytes` as 32 hexadecimal digits, or "" if the system's policy forbids MD5.
  static func hexadecimal(of bytes: UnsafeRawBufferPointer) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_Digest(bytes.baseAddress, bytes.count, &digest, &count, EVP_md5(), nil) == 1 else {
      return ""
    }
    return digest[..<Int(count)]
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
