import RandomNumbers

/// Which examples make up each mini-batch: consecutive ones of a random order, and a new order after
/// each epoch of ⌊`count` / `batchSize`⌋ batches, which leaves the last few of an order out.
///
/// ```swift
/// while schedule.epoch < 100 {
///   let indices = schedule.next(using: &generator)
///   // Train on these.
/// }
/// ```
///
/// Encoded, it keeps not the order but the generator that drew it, and continues exactly.
public struct MinibatchSchedule: Sendable, Codable {
  /// The number of examples.
  public let count: Int
  /// The number of examples in each batch.
  public let batchSize: Int
  /// The number of epochs that are over.
  public private(set) var epoch = 0
  /// The number of batches handed out in the current epoch, less than `batchesPerEpoch`.
  public private(set) var position = 0

  /// The generator as it was before it drew the current order; `nil` at the start of an epoch.
  private var orderGenerator: PCG64?
  /// The current order, drawn when it is needed.
  private var order: [Int] = []

  /// Creates a schedule at the start of its first epoch.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - batchSize: The number of examples in each batch, from 1 to `count`.
  public init(count: Int, batchSize: Int) {
    precondition(count > 0, "a schedule needs examples, not \(count)")
    precondition(
      (1...count).contains(batchSize), "\(count) examples do not make batches of \(batchSize)")
    self.count = count
    self.batchSize = batchSize
  }

  /// The number of batches in each epoch.
  public var batchesPerEpoch: Int { count / batchSize }

  /// Returns the numbers of the next batch's examples, counted from 0; all are different.
  ///
  /// - Parameter generator: Draws a new order at the start of each epoch, and nothing otherwise.
  public mutating func next(using generator: inout PCG64) -> [Int] {
    if position == 0 {
      orderGenerator = generator
      order = generator.permutation(of: 0..<count)
    } else if order.isEmpty, var generator = orderGenerator {
      // Decoded in the middle of an epoch.
      order = generator.permutation(of: 0..<count)
    }
    let start = position * batchSize
    let batch = Array(order[start..<start + batchSize])
    position += 1
    if position == batchesPerEpoch {
      position = 0
      epoch += 1
      orderGenerator = nil
    }
    return batch
  }
}

extension MinibatchSchedule {
  private enum CodingKeys: String, CodingKey {
    case count, batchSize, epoch, position, orderGenerator
  }

  /// Reads a schedule written by `encode(to:)`.
  ///
  /// - Throws: `DecodingError` when a value is missing or the values contradict each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys, in range: Range<Int>) throws -> Int {
      let value = try container.decode(Int.self, forKey: key)
      guard range.contains(value) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container,
          debugDescription: "\(value) is not in \(range); restore the saved number.")
      }
      return value
    }
    count = try number(.count, in: 1..<Int.max)
    batchSize = try number(.batchSize, in: 1..<count + 1)
    epoch = try number(.epoch, in: 0..<Int.max)
    position = try number(.position, in: 0..<count / batchSize)
    orderGenerator = try container.decodeIfPresent(PCG64.self, forKey: .orderGenerator)
    guard (orderGenerator != nil) == (position > 0) else {
      throw DecodingError.dataCorruptedError(
        forKey: .orderGenerator, in: container,
        debugDescription: "There must be a generator in the middle of an epoch, and only there.")
    }
  }
}
