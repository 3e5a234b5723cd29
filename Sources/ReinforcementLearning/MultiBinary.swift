import RandomNumbers

/// Vectors of zeros and ones, such as switches that are set at once.
///
/// ```swift
/// let switches = MultiBinary(3)  // [0, 0, 0] to [1, 1, 1]
/// ```
public struct MultiBinary: Space {
  /// How many switches there are, one at least.
  public let count: Int

  /// Makes a space.
  ///
  /// - Parameter count: How many switches there are, one at least.
  public init(_ count: Int) {
    precondition(count > 0, "MultiBinary: a space of \(count) switches holds nothing")
    self.count = count
  }

  public func contains(_ element: [Int]) -> Bool {
    element.count == count && element.allSatisfy { $0 == 0 || $0 == 1 }
  }

  /// Draws each switch with equal odds, equal to Gymnasium's `MultiBinary.sample()`.
  public func sample(using generator: inout PCG64) -> [Int] {
    generator.integers(count: count, in: Int8(0)...1).map { Int($0) }
  }
}

extension MultiBinary: Codable {
  private enum CodingKeys: CodingKey { case count }

  /// Reads a space, unless it would be empty or too large.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let count = try container.decode(Int.self, forKey: .count)
    guard (1...1 << 20).contains(count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .count, in: container, debugDescription: "\(count) switches are no space.")
    }
    self.init(count)
  }
}
