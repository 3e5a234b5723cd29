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

extension MultiDiscrete: MaskableSpace {
  /// An entry for each value of the first entry, then for each of the second, and so on: whether it is
  /// allowed there.
  public var maskCount: Int { counts.reduce(0, +) }

  public func hasElement(allowedBy mask: [Bool]) -> Bool {
    choices(allowedBy: mask).allSatisfy { $0.values.hasElement(allowedBy: $0.mask) }
  }

  public func allows(_ element: [Int], by mask: [Bool]) -> Bool {
    zip(element, choices(allowedBy: mask)).allSatisfy { $1.values.allows($0, by: $1.mask) }
  }

  /// Draws each entry among the values that `mask` allows there, all with the same probability.
  ///
  /// Equals Gymnasium's `MultiDiscrete.sample(mask)`, also in that an entry without an allowed value is 0
  /// and takes no draw.
  public func sample(mask: [Bool], using generator: inout PCG64) -> [Int] {
    choices(allowedBy: mask).map { $0.values.sample(mask: $0.mask, using: &generator) }
  }

  /// The values of each entry, and the part of a mask that is about them.
  private func choices(allowedBy mask: [Bool]) -> [(values: Discrete, mask: [Bool])] {
    precondition(
      mask.count == maskCount, "The mask has \(mask.count) entries for \(maskCount) values.")
    var rest = mask[...]
    return counts.map { count in
      defer { rest = rest.dropFirst(count) }
      return (Discrete(count), Array(rest.prefix(count)))
    }
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
