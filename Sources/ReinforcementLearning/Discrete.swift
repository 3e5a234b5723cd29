import RandomNumbers

/// The integers start, …, start + count − 1, such as the numbers of a set of actions.
///
/// ```swift
/// let pushes = Discrete(2)  // 0 and 1
/// ```
public struct Discrete: Space {
  /// How many elements there are, one at least.
  public let count: Int

  /// The smallest element.
  public let start: Int

  /// Makes the space of `count` consecutive integers.
  ///
  /// - Parameters:
  ///   - count: How many elements there are, one at least.
  ///   - start: The smallest element.
  public init(_ count: Int, start: Int = 0) {
    precondition(count > 0, "A discrete space needs at least one element; got \(count).")
    precondition(
      !start.addingReportingOverflow(count).overflow,
      "The elements from \(start) on, \(count) of them, do not fit an Int.")
    self.count = count
    self.start = start
  }

  /// The elements as a range.
  @inlinable public var range: Range<Int> { start..<(start + count) }

  @inlinable
  public func contains(_ element: Int) -> Bool { range.contains(element) }

  /// Draws an element, all with the same probability.
  @inlinable
  public func sample(using generator: inout PCG64) -> Int {
    start + generator.integers(0, count)
  }
}

extension Discrete: MaskableSpace {
  /// An entry for each element, in order: whether it is allowed.
  public var maskCount: Int { count }

  public func hasElement(allowedBy mask: [Bool]) -> Bool { mask.contains(true) }

  public func allows(_ element: Int, by mask: [Bool]) -> Bool { mask[element - start] }

  /// Draws an element among those that `mask` allows, all with the same probability.
  ///
  /// Equals Gymnasium's `Discrete.sample(mask)`, also in that it draws nothing and returns `start`
  /// where the mask allows no element.
  ///
  /// - Parameters:
  ///   - mask: For each element, in order, whether it may be drawn.
  ///   - generator: The source of randomness.
  public func sample(mask: [Bool], using generator: inout PCG64) -> Int {
    precondition(
      mask.count == count, "The mask has \(mask.count) entries for \(count) elements.")
    let allowed = mask.indices.filter { mask[$0] }
    return allowed.isEmpty ? start : start + allowed[generator.integers(0, allowed.count)]
  }
}

extension Discrete: Codable {
  private enum CodingKeys: CodingKey { case count, start }

  /// Reads a space, unless it would be empty or too large.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let count = try container.decode(Int.self, forKey: .count)
    let start = try container.decode(Int.self, forKey: .start)
    guard count > 0, abs(Double(start)) <= 0x1p32, count <= 1 << 32 else {
      throw DecodingError.dataCorruptedError(
        forKey: .count, in: container,
        debugDescription: "\(count) elements from \(start) on are no space.")
    }
    self.init(count, start: start)
  }
}
