/// A named array of numbers, as a checkpoint stores it: one parameter of a network, one moment of an
/// optimiser, a count.
public struct NamedArray: Sendable, Equatable {
  /// The elements, of one of the types that are stored.
  public enum Elements: Sendable, Equatable {
    case float32([Float])
    case float64([Double])
    case int64([Int])
  }

  /// The name under which the array is found again, unique within a file: `policy.0.weight`.
  public let name: String
  /// The length of each dimension, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The elements in row-major order, as many as the product of `shape`.
  public let elements: Elements

  /// Creates an array.
  ///
  /// - Precondition: There are as many elements as the product of `shape`, no dimension is negative,
  ///   and `name` is not `__metadata__`, which the file format keeps for itself.
  public init(name: String, shape: [Int], elements: Elements) {
    precondition(
      name != SafetensorsHeader.metadataKey, "an array cannot be called \"\(name)\": reserved")
    guard let count = Self.count(ofShape: shape, elementSize: elements.size) else {
      preconditionFailure("array \"\(name)\" has the impossible shape \(shape)")
    }
    precondition(
      count == elements.count,
      "array \"\(name)\" of shape \(shape) needs \(count) values but got \(elements.count)")
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// Creates an array of 32-bit floats.
  public init(name: String, shape: [Int], values: [Float]) {
    self.init(name: name, shape: shape, elements: .float32(values))
  }

  /// The elements of an array of 32-bit floats; `nil` of any other.
  public var values: [Float]? {
    guard case .float32(let values) = elements else { return nil }
    return values
  }

  /// The number of elements of an array of this shape, or `nil` if a dimension is negative or the
  /// array would need more than `Int.max` bytes.
  static func count(ofShape shape: [Int], elementSize: Int) -> Int? {
    var bytes = elementSize
    for dimension in shape {
      let product = bytes.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !product.overflow else { return nil }
      bytes = product.partialValue
    }
    return bytes / elementSize
  }
}

extension NamedArray.Elements {
  /// The number of elements.
  public var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// The bytes that an element takes.
  var size: Int {
    if case .float32 = self { 4 } else { 8 }
  }

  /// What the format calls the type.
  var dtype: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    }
  }
}
