import Files
import Foundation
import State

/// What a run has left: its table and its result.
public struct RunValues: Sendable, Equatable {
  /// The table by the names of its columns; `nil` where there is no number.
  public var columns: [String: [Double?]]
  /// The contents of `result.json`.
  public var result: JSONValue

  public init(columns: [String: [Double?]], result: JSONValue) {
    self.columns = columns
    self.result = result
  }

  /// The numbers of a column, rows without one left out.
  public func numbers(_ column: String) -> [Double] { (columns[column] ?? []).compactMap { $0 } }

  /// A member of the result, or of an object in it: "evaluation.greedy.mean_return".
  public func result(_ path: String) -> JSONValue? {
    path.split(separator: ".").reduce(result) { $0?[String($1)] }
  }

  /// Whether the training ended in numbers that are not finite.
  public var hasDiverged: Bool { result["status"]?.text == RunStatus.diverged.rawValue }
}

/// A run with its settings.
public struct RunRecord<Settings: ExperimentSettings>: Sendable {
  public let settings: Settings
  public let values: RunValues
}

/// How a run stands, as `result.json` says it.
public enum RunStatus: String, Sendable {
  /// Steps are still to be taken, by a process that is at it or has been killed.
  case running
  /// Somebody has ended it; it can be continued.
  case interrupted
  /// It has ended early in numbers that are not finite.
  case diverged
  /// All steps were taken, and all that was to be found out is.
  case finished
}

/// Keeps the table of an experiment in memory.
final class TableRecorder: MetricSink {
  private(set) var columns: [String: [Double?]] = [:]
  private let names: [String]

  init(columns: [String]) {
    names = columns
    for name in columns { self.columns[name] = [] }
  }

  var byteCount: Int { 0 }

  func record(_ row: MetricRow, at step: Int, kind: String?) {
    guard kind == nil else { return }
    for name in names { columns[name]?.append(row[name].flatMap(Self.number)) }
  }

  /// The number that a file would hold, where a float has the digits that it needs and no more.
  private static func number(_ value: MetricValue) -> Double? {
    if case .float(let value) = value { Double(value.description) } else { value.number }
  }

  func flush() {}
  func synchronize() {}
  func close() {}
}

extension RunValues {
  /// Reads a CSV table as `CSVWriter` writes it; what is neither a number nor true or false has none.
  static func columns(ofCSV data: Data) -> [String: [Double?]] {
    var rows: [[String]] = []
    var scanner = CSVScanner()
    scanner.scan(data) { rows.append($0) }
    guard let head = rows.first else { return [:] }
    var columns: [String: [Double?]] = [:]
    for (index, name) in head.enumerated() {
      columns[name] = rows.dropFirst().map { fields in
        fields.indices.contains(index) ? CSVScanner.number(fields[index]) : nil
      }
    }
    return columns
  }
}
