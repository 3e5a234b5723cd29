import Foundation

/// Makes the bytes of an event file, from which TensorBoard draws curves: one scalar for each tag and
/// step.
///
/// ```swift
/// let events = TensorBoardEvents(prefix: "train")
/// var bytes = events.beginning()
/// bytes += events.scalars(step: 1200, [("return", 21.5), ("entropy", 0.69)])
/// ```
///
/// A file is a series of records in the framing of TFRecord; each holds a protocol-buffer message
/// `Event` (`tensorflow/core/util/event.proto`). The first names the version of the format. The others
/// follow by rising steps: where a tag's step is not above the one before, TensorBoard sees a restart
/// and, with its usual reader, hides the tag's earlier values from that step on.
///
/// Every record has the time at which it was made, for the axes "relative" and "wall". That makes the
/// files of equal runs differ. Where they must not, pass a clock that stands still, such as `{ 0 }`:
/// the axis "step" stays as it is.
public struct TensorBoardEvents: Sendable {
  /// The name of a run's event file: TensorBoard reads any file whose name contains "tfevents", and
  /// takes its folder for a run. In place of the time it has a 0, so that a run that goes on appends
  /// to the same file.
  public static let fileName = "events.out.tfevents.0.swift-relax"

  /// What comes before the names of the values, under which TensorBoard groups the curves; "" for
  /// nothing.
  public let prefix: String
  private let clock: @Sendable () -> Double

  /// Creates the maker of a run's events.
  ///
  /// - Parameters:
  ///   - prefix: The group of all tags.
  ///   - clock: The time in seconds since 1970; must be finite.
  public init(
    prefix: String = "",
    clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.prefix = prefix
    self.clock = clock
  }

  /// The record with which a file begins, made now.
  public func beginning() -> [UInt8] {
    Self.beginning(wallTime: clock())
  }

  /// The record of what was measured at `step`, made now; the tags are those that `tag(for:)` gives.
  public func scalars(step: Int, _ values: [(name: String, value: Float)]) -> [UInt8] {
    Self.scalars(
      step: step, wallTime: clock(), values.map { (tag: tag(for: $0.name), value: $0.value) })
  }

  /// The tag of the column `name`: `train/return` with the prefix `train`, otherwise `return`.
  public func tag(for name: String) -> String {
    prefix.isEmpty ? name : "\(prefix)/\(name)"
  }
}

// MARK: - Records

extension TensorBoardEvents {
  /// The record with which a file begins, which names the version of the format.
  ///
  /// - Parameter wallTime: Seconds since 1970.
  /// - Precondition: `wallTime` is finite.
  public static func beginning(wallTime: Double) -> [UInt8] {
    var event = event(wallTime: wallTime)
    event.appendField(3, Array("brain.Event:2".utf8))
    return record(event)
  }

  /// The record of what was measured at one step.
  ///
  /// Values that are not finite are written as they are; TensorBoard marks them in the curve. All
  /// NaNs are written alike, because their sign and payload depend on the processor.
  ///
  /// - Parameters:
  ///   - step: The place on the horizontal axis.
  ///   - wallTime: Seconds since 1970.
  ///   - values: The measurements with their whole tags.
  /// - Precondition: `wallTime` is finite.
  public static func scalars(
    step: Int, wallTime: Double, _ values: [(tag: String, value: Float)]
  ) -> [UInt8] {
    var summary: [UInt8] = []
    for (tag, value) in values {
      var message: [UInt8] = []
      message.appendField(1, Array(tag.utf8))
      message.append(2 << 3 | WireType.fixed32)
      message.appendLittleEndian((value.isNaN ? .nan : value).bitPattern)
      summary.appendField(1, message)
    }
    var event = event(wallTime: wallTime)
    event.append(2 << 3 | WireType.varint)
    event.appendVarint(UInt64(bitPattern: Int64(step)))
    event.appendField(5, summary)
    return record(event)
  }

  /// One record in the framing of TFRecord around the message `data`: its length, the masked
  /// CRC-32C of the length, the message itself, and the masked CRC-32C of the message.
  public static func record(_ data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count + frameLength)
    bytes.appendLittleEndian(UInt64(data.count))
    bytes.appendLittleEndian(CRC32C.masked(bytes[...]))
    bytes += data
    bytes.appendLittleEndian(CRC32C.masked(data[...]))
    return bytes
  }

  /// The bytes that a record has besides its message.
  private static let frameLength = 16

  /// The message `Event` with nothing but its time.
  private static func event(wallTime: Double) -> [UInt8] {
    precondition(wallTime.isFinite, "an event cannot happen at the time \(wallTime)")
    var message: [UInt8] = [1 << 3 | WireType.fixed64]
    message.appendLittleEndian(wallTime.bitPattern)
    return message
  }
}

/// The cyclic redundancy check of iSCSI (RFC 3720, appendix B.4), by a table of bytes.
private enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0x82F6_3B78) }
  }

  /// The sum of `bytes` as TFRecord stores it: turned and shifted, because the sum of data that hold
  /// their own sum detects little.
  static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let table = table
    var sum = UInt32.max
    for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    sum = ~sum
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}

// MARK: - Protocol buffers

/// How a field's value is stored: the lowest three bits of its key.
private enum WireType {
  static let varint: UInt8 = 0
  static let fixed64: UInt8 = 1
  static let counted: UInt8 = 2
  static let fixed32: UInt8 = 5
}

extension [UInt8] {
  /// Appends a text or a message as the field `number`, which must be below 16.
  fileprivate mutating func appendField(_ number: UInt8, _ contents: [UInt8]) {
    append(number << 3 | WireType.counted)
    appendVarint(UInt64(contents.count))
    self += contents
  }

  /// Appends a number in groups of seven bits, the lowest first.
  fileprivate mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
