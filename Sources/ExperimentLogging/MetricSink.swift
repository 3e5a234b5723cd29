/// A place where measurements go: a CSV file, JSON lines, or whatever a program wants to see them.
///
/// ```swift
/// let episodes = try CSVWriter(creating: url, columns: ["episode", "return", "length"])
/// try episodes.record(["episode": .integer(index), "return": .double(total), "length": 12])
/// try episodes.close()
/// ```
public protocol MetricSink: AnyObject {
  /// Takes one row of measurements, which may stay in memory for now.
  func record(_ row: MetricRow) throws(LoggingError)

  /// Hands everything recorded so far to the operating system, so that other programs see it.
  func flush() throws(LoggingError)

  /// Flushes and ends the log. A second call does nothing.
  func close() throws(LoggingError)
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
