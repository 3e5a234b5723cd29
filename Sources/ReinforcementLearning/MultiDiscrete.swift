import RandomNumbers

/// Vectors of integers, each from 0 to below a number of its own, such as several choices made at once.
///
/// ```swift
/// let moves = MultiDiscrete([3, 2])  // [0, 0] to [2, 1]
/// ```
public struct MultiDiscrete: Space {
  /// How many values each entry can take, one at least.
  public let counts: [Int]

  /// Makes a space.
  ///
  /// - Parameter counts: How many values each entry can take, one at least.
  public init(_ counts: [Int]) {
    precondition(
      !counts.isEmpty && counts.allSatisfy { $0 > 0 },
      "MultiDiscrete: entries with \(counts) values are no space")
    self.counts = counts
  }

  public func contains(_ element: [Int]) -> Bool {
    element.count == counts.count && zip(element, counts).allSatisfy { (0..<$1).contains($0) }
  }

  /// Draws each entry uniformly, equal to Gymnasium's `MultiDiscrete.sample()`.
  public func sample(using generator: inout PCG64) -> [Int] {
    counts.map { Int(generator.random() * Double($0)) }
  }
}

extension MultiDiscrete: Codable {
  private enum CodingKeys: CodingKey { case counts }

  /// Reads a space, unless it would be empty or too large.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let counts = try container.decode([Int].self, forKey: .counts)
    guard (1...1 << 20).contains(counts.count), counts.allSatisfy((1...1 << 20).contains) else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "Entries with \(counts) values.")
    }
    self.init(counts)
  }
}
