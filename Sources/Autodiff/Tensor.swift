import CVectorMath

/// A dense array of Float32 in row-major order, and its place in the computation that made it.
///
/// A tensor is an immutable value. Operations on tensors that descend from a variable
/// (`asVariable()`) are recorded as they run, and `gradients(of:withRespectTo:)` differentiates
/// what was recorded. There is no implicit broadcasting: operands of `+`, `-`, `*` and `/` must
/// have the same shape, so that a vector of `[T]` minus a column of `[T, 1]` stops the program
/// instead of becoming a `[T, T]`.
public struct Tensor: Sendable {
  /// The lengths of the axes.
  public let shape: Shape

  /// The elements, last axis fastest.
  public private(set) var values: [Float]

  /// How the tensor came about; `nil` for a constant.
  let node: Node?

  init(shape: Shape, values: [Float], node: Node?) {
    self.shape = shape
    self.values = values
    self.node = node
  }

  /// A constant with the given elements.
  public init(_ values: [Float], shape: Shape) {
    precondition(
      values.count == shape.count,
      "Tensor: \(values.count) values do not fill the shape \(shape)")
    self.init(shape: shape, values: values, node: nil)
  }

  /// A constant vector.
  public init(_ values: [Float]) {
    self.init(shape: Shape(vector: values.count), values: values, node: nil)
  }

  /// A constant scalar.
  public init(_ value: Float) { self.init(shape: .scalar, values: [value], node: nil) }

  /// A constant whose elements are all `value`.
  public init(repeating value: Float, shape: Shape) {
    self.init(
      shape: shape, values: [Float](repeating: value, count: shape.count), node: nil)
  }

  /// A constant of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A constant whose elements `body` writes into uninitialised memory.
  init(shape: Shape, writing body: (UnsafeMutablePointer<Float>) -> Void) {
    self.init(shape: shape, values: .filled(count: shape.count, by: body), node: nil)
  }

  /// The only element of a tensor with one.
  public var scalar: Float {
    precondition(values.count == 1, "scalar: a tensor of shape \(shape) has no single element")
    return values[0]
  }

  /// The same values as a leaf that gradients can be taken with respect to.
  public func asVariable() -> Tensor {
    Tensor(shape: shape, values: values, node: Node(leaf: values, shape: shape))
  }

  /// The same values as a constant: no gradient flows through it.
  public func detached() -> Tensor { Tensor(shape: shape, values: values, node: nil) }

  /// Whether every element is a finite number.
  public var isFinite: Bool {
    values.withUnsafeBufferPointer { vm_is_finite($0.baseAddress, $0.count) }
  }

  /// Whether operations on this tensor are recorded.
  public var isRecorded: Bool { node != nil }

  /// Changes the elements in place; the result is a constant.
  ///
  /// Optimisers use this for their steps: nothing is copied where no one else holds the values.
  public mutating func updateValues(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    if node != nil { self = detached() }
    values.withUnsafeMutableBufferPointer { body($0) }
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    let shown = values.prefix(12).map { "\($0)" }.joined(separator: ", ")
    return "Tensor(shape: \(shape), values: [\(shown)\(values.count > 12 ? ", …" : "")])"
  }
}

extension Array where Element == Float {
  /// An array of `count` elements that `body` writes, all of them.
  static func filled(count: Int, by body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress, count > 0 { body(base) }
      initialized = count
    }
  }
}
