import Foundation
import State

/// A state as bytes, which ranks of the same program send each other.
///
/// Numbers and arrays of them are their bytes, everything else is JSON. No names are kept: whoever reads
/// visits the same parts in the same order.
public struct StateBytes: Sendable {
  public private(set) var bytes: [UInt8]

  /// Takes the bytes that another rank has made.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Takes the state of `stateful`, which stays as it is.
  public init(of stateful: inout some Stateful) throws(Failure) {
    var packer = Packer()
    try stateful.visitState(&packer)
    bytes = packer.bytes
  }

  /// Puts the state into its like.
  public func restore(_ stateful: inout some Stateful) throws(Failure) {
    var unpacker = Unpacker(rest: bytes[...])
    try stateful.visitState(&unpacker)
  }

  private struct Packer: StateVisitor {
    var prefix = ""
    let place = "the state"
    var bytes: [UInt8] = []

    mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) { add(values) }

    mutating func visit<Value: Codable & Sendable>(
      _ name: String, _ value: inout Value
    ) throws(Failure) {
      switch value {
      case let value as Int where Value.self == Int.self: add([value])
      case let value as Double where Value.self == Double.self: add([value])
      case let values as [Float] where Value.self == [Float].self: add(values)
      case let values as [Double] where Value.self == [Double].self: add(values)
      case let values as [Int] where Value.self == [Int].self: add(values)
      case let rows as [[Float]] where Value.self == [[Float]].self:
        add(rows.map(\.count))
        add(Array(rows.joined()))
      default:
        guard let data = ExactJSON.data(of: [value]) else {
          preconditionFailure("\(prefix)\(name), a \(Value.self), has no form in JSON")
        }
        add(Array(data))
      }
    }

    private mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
      withUnsafeBytes(of: values.count) { bytes.append(contentsOf: $0) }
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }

  private struct Unpacker: StateVisitor {
    var prefix = ""
    let place = "the state of another rank"
    var rest: ArraySlice<UInt8>

    mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) throws(Failure) {
      values = try next(name)
    }

    mutating func visit<Value: Codable & Sendable>(
      _ name: String, _ value: inout Value
    ) throws(Failure) {
      let found: Any? =
        switch Value.self {
        case is Int.Type: try (next(name) as [Int]).first
        case is Double.Type: try (next(name) as [Double]).first
        case is [Float].Type: try next(name) as [Float]
        case is [Double].Type: try next(name) as [Double]
        case is [Int].Type: try next(name) as [Int]
        case is [[Float]].Type: try rows(name)
        default: try ExactJSON.value([Value].self, from: Data(next(name) as [UInt8]))?.first
        }
      guard let found = found as? Value else { throw misfit(name) }
      value = found
    }

    private mutating func rows(_ name: String) throws(Failure) -> [[Float]] {
      let counts: [Int] = try next(name)
      var values = (try next(name) as [Float])[...]
      return counts.map { count in
        defer { values = values.dropFirst(count) }
        return Array(values.prefix(count))
      }
    }

    private mutating func next<Element: BitwiseCopyable>(
      _ name: String
    ) throws(Failure) -> [Element] {
      let head = MemoryLayout<Int>.size
      guard rest.count >= head else { throw misfit(name) }
      let count = rest.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let size = count * MemoryLayout<Element>.stride
      guard count >= 0, rest.count >= head + size else { throw misfit(name) }
      defer { rest = rest.dropFirst(head + size) }
      return rest.withUnsafeBytes { bytes in
        [Element](unsafeUninitializedCapacity: count) { elements, initializedCount in
          UnsafeMutableRawBufferPointer(elements).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[head..<head + size]))
          initializedCount = count
        }
      }
    }

    private func misfit(_ name: String) -> Failure {
      .failed("\(prefix)\(name) of another rank has no place here; start all ranks alike.")
    }
  }
}
