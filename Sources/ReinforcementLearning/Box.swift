import RandomNumbers

/// The vectors whose scalars each lie between two bounds, either of which may be infinite.
///
/// ```swift
/// let thrust = Box(low: -1, high: 1, count: 2)
/// let state = Box(low: [-2.4, -.infinity], high: [2.4, .infinity])
/// ```
public struct Box: Space {
  /// The smallest value of each scalar; `-infinity` where there is no bound.
  public let low: [Float]

  /// The greatest value of each scalar; `infinity` where there is no bound.
  public let high: [Float]

  /// Makes a space from the bounds of each scalar.
  ///
  /// - Parameters:
  ///   - low: The smallest values, below infinity.
  ///   - high: The greatest values, as many, none below its `low` and none minus infinity.
  public init(low: [Float], high: [Float]) {
    precondition(
      low.count == high.count,
      "A box needs as many low as high bounds; got \(low.count) and \(high.count).")
    for (low, high) in zip(low, high) {
      precondition(
        low <= high && low < .infinity && high > -.infinity,
        "No number lies between the bounds \(low) and \(high).")
    }
    self.low = low
    self.high = high
  }

  /// Makes a space whose scalars all have the same bounds.
  ///
  /// - Parameters:
  ///   - low: The smallest value of each scalar.
  ///   - high: The greatest value of each scalar.
  ///   - count: How many scalars a vector has.
  public init(low: Float, high: Float, count: Int) {
    precondition(count >= 0, "A box cannot have \(count) scalars.")
    self.init(
      low: Array(repeating: low, count: count), high: Array(repeating: high, count: count))
  }

  /// How many scalars a vector has.
  @inlinable public var count: Int { low.count }

  /// Whether every scalar has two finite bounds.
  public var isBounded: Bool {
    low.allSatisfy { $0 > -.infinity } && high.allSatisfy { $0 < .infinity }
  }

  /// Whether `element` has the right number of scalars, each within its bounds.
  @inlinable
  public func contains(_ element: [Float]) -> Bool {
    guard element.count == count else { return false }
    // A comparison with NaN is false, so that NaN belongs to no box.
    for index in element.indices
    where !(low[index] <= element[index] && element[index] <= high[index]) {
      return false
    }
    return true
  }

  /// Draws a vector whose scalars are independent of each other.
  ///
  /// A scalar with two bounds is uniform between them, equal to the bit to Gymnasium's
  /// `Box.sample()` as long as all scalars have two. One without bounds is a standard normal
  /// draw, one with a single bound lies a standard exponential draw away from it. These have
  /// Gymnasium's distribution but not its values, for NumPy makes them with tables (ziggurat)
  /// that are not reproduced here. As there, scalars without bounds are drawn first, then those
  /// with a low bound only, those with a high bound only, and those with two.
  public func sample(using generator: inout PCG64) -> [Float] {
    var element = Array(repeating: Float.zero, count: count)
    for index in element.indices where low[index] == -.infinity && high[index] == .infinity {
      element[index] = Float(generator.standardNormal())
    }
    for index in element.indices where low[index] > -.infinity && high[index] == .infinity {
      element[index] = Float(Double(low[index]) + generator.standardExponential())
    }
    for index in element.indices where low[index] == -.infinity && high[index] < .infinity {
      element[index] = Float(Double(high[index]) - generator.standardExponential())
    }
    for index in element.indices where low[index] > -.infinity && high[index] < .infinity {
      element[index] = Float(generator.uniform(Double(low[index]), Double(high[index])))
    }
    return element
  }
}

extension Box: Codable {
  private enum CodingKeys: CodingKey { case low, high }

  /// Reads a space, unless no number lies between its bounds; `null` is no bound.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let low = try container.decode([Float?].self, forKey: .low).map { $0 ?? -.infinity }
    let high = try container.decode([Float?].self, forKey: .high).map { $0 ?? .infinity }
    guard low.count == high.count,
      zip(low, high).allSatisfy({ $0 <= $1 && $0 < .infinity && $1 > -.infinity })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .low, in: container, debugDescription: "No number lies between the bounds.")
    }
    self.init(low: low, high: high)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    // JSON has no infinity.
    func finite(_ bounds: [Float]) -> [Float?] { bounds.map { $0.isFinite ? $0 : nil } }
    try container.encode(finite(low), forKey: .low)
    try container.encode(finite(high), forKey: .high)
  }
}
