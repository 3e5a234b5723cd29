import Foundation
import State

/// A state in a safetensors file.
///
/// Arrays of 32-bit floats, whole numbers, numbers and arrays of them are arrays of the file under their
/// names; everything else is JSON in the header, under `state.` and its name.
public enum Checkpoint {
  /// The state of `stateful` as the contents of a file.
  ///
  /// - Parameter metadata: What else the header says.
  /// - Throws: `Failure` if an array of floats holds a number that is not finite: nothing could go on
  ///   from there.
  public static func contents(
    of stateful: inout some Stateful, metadata: [String: String] = [:]
  ) throws(Failure) -> Safetensors {
    var writer = Writer(metadata: metadata)
    try stateful.visitState(&writer)
    return Safetensors(arrays: writer.arrays, metadata: writer.metadata)
  }

  /// Puts the state in a file into its like.
  ///
  /// - Parameters:
  ///   - file: The contents.
  ///   - path: Where they come from, for an error's sentence.
  ///   - stateful: What is to have the state; after an error parts of it may have.
  /// - Throws: `Failure` if the file lacks a part, has another one, or one of another shape.
  public static func restore(
    _ file: Safetensors, from path: Path, into stateful: inout some Stateful
  ) throws(Failure) {
    var reader = Reader(file, place: path.text)
    try stateful.visitState(&reader)
    try reader.finish()
  }

  fileprivate static let prefix = "state."
}

/// The types that are arrays of the file.
///
/// The type decides and not the value: an empty array of anything can be taken for one of numbers, and
/// a number for an optional one.
private enum ArrayForm {
  case integer, number, floats, doubles, integers

  init?<Value>(_ type: Value.Type) {
    switch ObjectIdentifier(type) {
    case ObjectIdentifier(Int.self): self = .integer
    case ObjectIdentifier(Double.self): self = .number
    case ObjectIdentifier([Float].self): self = .floats
    case ObjectIdentifier([Double].self): self = .doubles
    case ObjectIdentifier([Int].self): self = .integers
    default: return nil
    }
  }
}

/// Collects the parts of a state.
private struct Writer: StateVisitor {
  var prefix = ""
  let place = "the state"
  var arrays: [NamedArray] = []
  var metadata: [String: String]

  init(metadata: [String: String]) { self.metadata = metadata }

  mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) throws(Failure) {
    try add(name, shape, .float32(values))
  }

  mutating func visit<Value: Codable & Sendable>(
    _ name: String, _ value: inout Value
  ) throws(Failure) {
    if let form = ArrayForm(Value.self) {
      switch (form, value) {
      case (.integer, let value as Int): try add(name, [], .int64([value]))
      case (.number, let value as Double): try add(name, [], .float64([value]))
      case (.floats, let values as [Float]): try add(name, [values.count], .float32(values))
      case (.doubles, let values as [Double]): try add(name, [values.count], .float64(values))
      case (.integers, let values as [Int]): try add(name, [values.count], .int64(values))
      default: preconditionFailure("\(prefix)\(name) is no \(Value.self)")
      }
      return
    }
    guard let data = ExactJSON.data(of: value) else {
      preconditionFailure("\(prefix)\(name), a \(Value.self), has no form in JSON")
    }
    metadata[Checkpoint.prefix + prefix + name] = String(decoding: data, as: UTF8.self)
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ elements: NamedArray.Elements
  ) throws(Failure) {
    if case .float32(let values) = elements, !values.allSatisfy(\.isFinite) {
      throw .failed(
        "\(prefix)\(name) holds a number that is not finite and is not saved; try smaller step sizes"
      )
    }
    arrays.append(NamedArray(name: prefix + name, shape: shape, elements: elements))
  }
}

/// Replaces the parts of a state by those of a file.
private struct Reader: StateVisitor {
  var prefix = ""
  let place: String
  private let arrays: [String: NamedArray]
  private let texts: [String: String]
  private var read: Set<String> = []

  init(_ file: Safetensors, place: String) {
    self.place = place
    arrays = Dictionary(uniqueKeysWithValues: file.arrays.map { ($0.name, $0) })
    texts = file.metadata.filter { $0.key.hasPrefix(Checkpoint.prefix) }
  }

  mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) throws(Failure) {
    let array = try array(name)
    guard array.shape == shape, let stored = array.values else {
      throw misfit(
        "holds \((prefix + name).quotedBriefly) with shape \(array.shape) instead of \(shape)")
    }
    values = stored
  }

  mutating func visit<Value: Codable & Sendable>(
    _ name: String, _ value: inout Value
  ) throws(Failure) {
    let found: Value?
    if let form = ArrayForm(Value.self) {
      found =
        switch (form, try array(name).elements) {
        case (.integer, .int64(let values)) where values.count == 1: values[0] as? Value
        case (.number, .float64(let values)) where values.count == 1: values[0] as? Value
        case (.floats, .float32(let values)): values as? Value
        case (.doubles, .float64(let values)): values as? Value
        case (.integers, .int64(let values)): values as? Value
        default: nil
        }
    } else {
      found = try decoded(name, as: Value.self)
    }
    guard let found else {
      throw misfit("holds something else than a \(Value.self) in \((prefix + name).quotedBriefly)")
    }
    value = found
  }

  private mutating func decoded<Value: Codable>(
    _ name: String, as type: Value.Type
  ) throws(Failure) -> Value? {
    let key = Checkpoint.prefix + prefix + name
    read.insert(key)
    guard let text = texts[key] else {
      throw misfit("does not say what \((prefix + name).quotedBriefly) is")
    }
    return ExactJSON.value(type, from: Data(text.utf8))
  }

  private mutating func array(_ name: String) throws(Failure) -> NamedArray {
    read.insert(prefix + name)
    guard let array = arrays[prefix + name] else {
      throw misfit("has no array \((prefix + name).quotedBriefly)")
    }
    if let values = array.values, !values.allSatisfy(\.isFinite) {
      throw .file(
        place, "holds a number in \((prefix + name).quotedBriefly) that is not finite",
        fix: "go back to an earlier checkpoint")
    }
    return array
  }

  /// Throws if the file holds more than was asked for.
  func finish() throws(Failure) {
    let rest = Set(arrays.keys).union(texts.keys).subtracting(read).sorted()
    guard let name = rest.first else { return }
    throw misfit("holds \(name.quotedBriefly), which has no place here")
  }

  private func misfit(_ problem: String) -> Failure {
    .file(place, problem, fix: "use a checkpoint of the same settings")
  }
}
