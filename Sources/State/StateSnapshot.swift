/// A state in memory, to go back to.
///
/// ```swift
/// let start = try StateSnapshot(of: &environment)
/// try start.restore(&environment)
/// ```
public struct StateSnapshot: Sendable {
  private var values: [any Sendable] = []

  /// Takes the state of `stateful`, which stays as it is.
  public init(of stateful: inout some Stateful) throws(Failure) {
    var recorder = Recorder()
    try stateful.visitState(&recorder)
    values = recorder.values
  }

  /// Puts the state back into what it was taken of, or into its like.
  public func restore(_ stateful: inout some Stateful) throws(Failure) {
    var player = Player(values: values)
    try stateful.visitState(&player)
  }

  private struct Recorder: StateVisitor {
    var prefix = ""
    var place: String { "the snapshot" }
    var values: [any Sendable] = []

    mutating func visit(_ name: String, _ array: inout [Float], shape: [Int]) {
      values.append(array)
    }

    mutating func visit<Value: Codable & Sendable>(_ name: String, _ value: inout Value) {
      values.append(value)
    }
  }

  private struct Player: StateVisitor {
    var prefix = ""
    var place: String { "the snapshot" }
    var values: [any Sendable]
    var next = 0

    mutating func visit(_ name: String, _ array: inout [Float], shape: [Int]) throws(Failure) {
      try visit(name, &array)
    }

    mutating func visit<Value: Codable & Sendable>(
      _ name: String, _ value: inout Value
    ) throws(Failure) {
      guard next < values.count, let old = values[next] as? Value else {
        preconditionFailure("StateSnapshot: \(prefix)\(name) is not what was recorded")
      }
      next += 1
      value = old
    }
  }
}
