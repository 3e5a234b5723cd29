/// A named array of 32-bit floats, as a checkpoint stores it: one parameter of a network, one moment
/// of an optimiser.
public struct NamedArray: Sendable, Equatable {
  /// The name under which the array is found again, unique within a file: `actor.0.weight`.
  public let name: String
  /// The length of each dimension, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The values in row-major order, as many as the product of `shape`.
  public let values: [Float]

  /// Creates an array.
  ///
  /// - Precondition: `values.count` is the product of `shape`, no dimension is negative, and `name`
  ///   is not `__metadata__`, which the file format keeps for itself.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      name != SafetensorsHeader.metadataKey, "an array cannot be called \"\(name)\": reserved")
    guard let count = Self.count(ofShape: shape) else {
      preconditionFailure("array \"\(name)\" has the impossible shape \(shape)")
    }
    precondition(
      count == values.count,
      "array \"\(name)\" of shape \(shape) needs \(count) values but got \(values.count)")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// The number of elements of an array of this shape, or `nil` if a dimension is negative or the
  /// array would need more than `Int.max` bytes.
  static func count(ofShape shape: [Int]) -> Int? {
    var bytes = MemoryLayout<Float>.size
    for dimension in shape {
      let product = bytes.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !product.overflow else { return nil }
      bytes = product.partialValue
    }
    return bytes / MemoryLayout<Float>.size
  }
}
