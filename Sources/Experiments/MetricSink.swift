import State

/// A place where an experiment's measurements go: a CSV file, JSON lines, TensorBoard, or whatever a
/// program wants to see them.
public protocol MetricSink: AnyObject {
  /// Takes measurements, which may stay in memory for now.
  ///
  /// - Parameters:
  ///   - row: The measurements.
  ///   - step: Where in the experiment they were made.
  ///   - kind: What they are, as "evaluation"; `nil` for a row of the experiment's table.
  func record(_ row: MetricRow, at step: Int, kind: String?) throws(Failure)

  /// The length of the file in bytes, what has not reached it yet included; 0 without a file.
  var byteCount: Int { get }

  /// Hands everything recorded so far to the operating system, so that other programs see it.
  func flush() throws(Failure)

  /// Brings everything recorded so far to the disk, where a power failure does not reach it.
  func synchronize() throws(Failure)

  /// Flushes and ends the log. A second call does nothing.
  func close() throws(Failure)
}

/// Named values in order: one episode, one update, one evaluation.
///
/// Written as a dictionary literal, or built up: `row["policy loss"] = .float(loss)`.
public struct MetricRow: Sendable, ExpressibleByDictionaryLiteral {
  /// The names and values, in the order in which they were given; no name occurs twice.
  public private(set) var fields: [(name: String, value: MetricValue)]

  /// Creates a row.
  ///
  /// - Precondition: No name occurs twice.
  public init(_ fields: [(name: String, value: MetricValue)] = []) {
    self.fields = fields
    for (index, field) in fields.enumerated() {
      for earlier in fields[..<index] {
        precondition(earlier.name != field.name, "a row has two values for \"\(field.name)\"")
      }
    }
  }

  /// Creates a row from `["name": value, …]`.
  ///
  /// - Precondition: No name occurs twice.
  public init(dictionaryLiteral elements: (String, MetricValue)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }

  /// The value called `name`, or `nil` if the row has none. Setting a value replaces the one of that
  /// name or adds one at the end; setting `nil` removes it.
  public subscript(name: String) -> MetricValue? {
    get { fields.first { $0.name == name }?.value }
    set {
      let index = fields.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): fields[index].value = value
      case (let index?, nil): fields.remove(at: index)
      case (nil, let value?): fields.append((name, value))
      case (nil, nil): break
      }
    }
  }
}
