import Files
import Foundation
import State

/// A run's table that somebody else writes and that is read as it grows.
///
/// Only what is new is read each time. A file that has been cut off, as a continued run does with rows
/// after its last checkpoint, or that is another one now, is read from its beginning.
public struct GrowingTable: Sendable {
  /// The file.
  public let path: Path
  /// The names of the columns, in their order.
  public private(set) var columns: [String] = []
  /// The numbers of each column; NaN where there is none.
  public private(set) var values: [[Double]] = []
  /// Changes whenever there is something new.
  public private(set) var version = 0

  private var scanner = CSVScanner()
  private var byteCount = 0
  /// The last bytes that were read, by which a file is known again.
  private var tail: [UInt8] = []

  /// The largest table that is read, in bytes.
  public static let byteLimit = 1 << 28

  /// A table of which nothing has been read yet.
  public init(_ path: Path) { self.path = path }

  /// How many rows there are.
  public var rowCount: Int { values.first?.count ?? 0 }

  /// The numbers of a column.
  public subscript(name: String) -> [Double]? {
    columns.firstIndex(of: name).map { values[$0] }
  }

  /// Reads what is new.
  ///
  /// - Returns: Whether anything was.
  @discardableResult
  public mutating func update() -> Bool {
    let descriptor = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return clear() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= off_t(Self.byteLimit)
    else { return clear() }
    let size = Int(status.st_size)
    guard size != byteCount || byteCount == 0 else { return false }
    if size < byteCount || !isContinued(descriptor) { clear() }
    guard size > byteCount else { return false }
    let bytes = Self.read(descriptor, from: byteCount, count: size - byteCount)
    var scanner = scanner
    scanner.scan(bytes) { add($0) }
    self.scanner = scanner
    byteCount += bytes.count
    tail = Array((tail + bytes.suffix(64)).suffix(64))
    version += 1
    return true
  }

  private mutating func add(_ fields: [String]) {
    guard !columns.isEmpty else {
      columns = fields
      values = Array(repeating: [], count: fields.count)
      return
    }
    for index in columns.indices {
      let number = fields.indices.contains(index) ? CSVScanner.number(fields[index]) : nil
      values[index].append(number ?? .nan)
    }
  }

  @discardableResult
  private mutating func clear() -> Bool {
    guard byteCount > 0 else { return false }
    let version = version + 1
    self = GrowingTable(path)
    self.version = version
    return true
  }

  /// Whether what was read last still stands where it stood.
  private func isContinued(_ descriptor: Int32) -> Bool {
    Self.read(descriptor, from: byteCount - tail.count, count: tail.count) == tail
  }

  private static func read(_ descriptor: Int32, from offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count, let base = buffer.baseAddress {
        let step = pread(
          descriptor, base + initialized, count - initialized, off_t(offset + initialized))
        guard step > 0 else { break }
        initialized += step
      }
    }
  }
}
