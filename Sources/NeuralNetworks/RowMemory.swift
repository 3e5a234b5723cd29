import Autodiff
import RandomNumbers
import State

/// The latest rows of scalars in a ring, from which batches are drawn.
///
/// Memory grows with the rows; copies share all blocks but those that are written to.
public struct RowMemory: Stateful, Sendable {
  /// How many rows are remembered.
  public let capacity: Int
  /// The number of scalars in a row.
  public let width: Int
  /// The rows ever added.
  public private(set) var addedCount = 0
  private var blocks: [[Float]] = []
  private static let rowsPerBlock = 256

  /// A memory without rows.
  ///
  /// - Parameters:
  ///   - capacity: How many it may hold.
  ///   - width: The number of scalars in a row.
  public init(capacity: Int, width: Int) {
    precondition(
      capacity > 0 && width > 0,
      "RowMemory: \(capacity) rows of \(width) scalars; both must be positive")
    self.capacity = capacity
    self.width = width
  }

  /// The rows it holds.
  public var count: Int { min(addedCount, capacity) }

  /// Adds a row of `width` scalars, in the place of the oldest where there is no room.
  public mutating func append(_ row: ArraySlice<Float>) {
    precondition(row.count == width, "RowMemory: a row of \(row.count) instead of \(width)")
    let (block, place) = (addedCount % capacity).quotientAndRemainder(
      dividingBy: Self.rowsPerBlock)
    if block == blocks.count { blocks.append([]) }
    let start = place * width
    if start == blocks[block].count {
      blocks[block] += row
    } else {
      blocks[block].replaceSubrange(start..<start + width, with: row)
    }
    addedCount += 1
  }

  /// Draws rows, each with the same probability and with repetitions: [count, width].
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - generator: Where the choice comes from.
  public func sample(_ count: Int, using generator: inout PCG64) -> Tensor {
    precondition(addedCount > 0, "RowMemory: there is nothing to draw from")
    return rows(at: (0..<count).map { _ in generator.integers(0, self.count) })
  }

  /// The rows at some places of the ring, each below `count`: [places, width]. The row that was added as
  /// the n-th, from 0 on, is at the place n % `capacity` until another takes it.
  public func rows(at places: [Int]) -> Tensor {
    let width = width
    let rows = [Float](unsafeUninitializedCapacity: places.count * width) { rows, initialized in
      for (k, row) in places.enumerated() {
        let (block, place) = row.quotientAndRemainder(dividingBy: Self.rowsPerBlock)
        blocks[block].withUnsafeBufferPointer { source in
          for i in 0..<width { rows[k * width + i] = source[place * width + i] }
        }
      }
      initialized = places.count * width
    }
    return Tensor(rows, shape: [places.count, width])
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var rows = Array(blocks.joined())
    try visitor.visit("added", &addedCount, in: 0...Int.max)
    try visitor.visit("rows", &rows)
    try visitor.check(
      rows.count == count * width, "\(rows.count) scalars of \(count) rows of \(width)")
    let size = Self.rowsPerBlock * width
    blocks = stride(from: 0, to: rows.count, by: size).map {
      Array(rows[$0..<min($0 + size, rows.count)])
    }
  }
}
