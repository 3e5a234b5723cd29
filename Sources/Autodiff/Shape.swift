/// The lengths of a tensor's axes, outermost first: `[]` is a scalar, `[3]` a vector, `[2, 3]` a
/// matrix of 2 rows and 3 columns.
///
/// Kept inline, since every operation makes one.
public struct Shape: Equatable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The number of axes, at most 4.
  public let rank: Int

  private let lengths: SIMD4<Int32>

  /// A shape with the given lengths, at most 4 of them and none negative.
  public init(_ lengths: [Int]) {
    precondition(lengths.count <= 4, "Shape: \(lengths) has more than 4 axes")
    var inline = SIMD4<Int32>(repeating: 1)
    for (axis, length) in lengths.enumerated() {
      precondition(
        length >= 0 && length <= Int(Int32.max), "Shape: the length \(length) is out of range")
      inline[axis] = Int32(length)
    }
    self.rank = lengths.count
    self.lengths = inline
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The shape `[rows, columns]`.
  init(rows: Int, columns: Int) {
    rank = 2
    lengths = SIMD4(Int32(rows), Int32(columns), 1, 1)
  }

  /// The shape `[count]`.
  init(vector count: Int) {
    rank = 1
    lengths = SIMD4(Int32(count), 1, 1, 1)
  }

  /// The shape of a scalar.
  public static let scalar: Shape = []

  /// The length of an axis.
  public subscript(axis: Int) -> Int {
    precondition(axis >= 0 && axis < rank, "Shape: \(self) has no axis \(axis)")
    return Int(lengths[axis])
  }

  /// The number of elements: the product of the lengths, 1 for a scalar.
  public var count: Int {
    Int(lengths[0]) * Int(lengths[1]) * Int(lengths[2]) * Int(lengths[3])
  }

  /// The lengths as an array.
  public var dimensions: [Int] { (0..<rank).map { Int(lengths[$0]) } }

  public var description: String { dimensions.description }
}
