extension PCG64: Codable {
  private enum CodingKeys: String, CodingKey {
    case state, increment, bufferedHalf
  }

  /// Reads a generator written by `encode(to:)`.
  ///
  /// - Throws: `DecodingError` when a number is missing, not hexadecimal or too large, or when the
  ///   increment is even.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> UInt128 {
      let text = try container.decode(String.self, forKey: key)
      guard let number = UInt128(text, radix: 16) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container,
          debugDescription: "\"\(text)\" is not a hexadecimal number of at most 128 bits.")
      }
      return number
    }
    let increment = try number(.increment)
    guard increment & 1 == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .increment, in: container,
        debugDescription: "The increment of a PCG64 generator must be odd; restore the saved one.")
    }
    self.init(
      state: try number(.state), increment: increment,
      bufferedHalf: try container.decodeIfPresent(UInt32.self, forKey: .bufferedHalf))
  }

  /// Writes state and increment as hexadecimal strings, for JSON readers keep no 128-bit numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(String(state, radix: 16), forKey: .state)
    try container.encode(String(increment, radix: 16), forKey: .increment)
    try container.encodeIfPresent(bufferedHalf, forKey: .bufferedHalf)
  }
}
