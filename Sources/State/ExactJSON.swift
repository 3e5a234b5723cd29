import Foundation

/// Values as JSON that loses nothing of them: infinities and NaN are texts there, and keys are sorted, so that
/// equal values have equal bytes.
public enum ExactJSON {
  private static let (infinity, negativeInfinity, nan) = ("inf", "-inf", "nan")

  /// A value in JSON; `nil` if it has no form there.
  public static func data(of value: some Encodable) -> Data? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return try? encoder.encode(value)
  }

  /// The value that `data` has made JSON of; `nil` if it is none of the type.
  public static func value<Value: Decodable>(_ type: Value.Type, from data: Data) -> Value? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return try? decoder.decode(type, from: data)
  }
}
