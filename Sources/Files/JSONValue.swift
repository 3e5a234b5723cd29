import Foundation
import State

/// A JSON value whose shape is not known in advance; the members of an object keep their order.
public enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case array([JSONValue])
  case object([Member])

  /// A name and a value in an object.
  public struct Member: Sendable, Equatable {
    public let name: String
    public let value: JSONValue

    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// An integer, or `null` for `nil`.
  public init(_ value: Int?) { self = value.map(JSONValue.integer) ?? .null }
  /// A number, or `null` for `nil` and for what is not finite, which JSON cannot say.
  public init(_ value: Double?) {
    guard let value, value.isFinite else {
      self = .null
      return
    }
    self = .number(value)
  }

  /// The members of an object; `nil` if it is something else.
  public var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The member of an object that has this name.
  public subscript(name: String) -> JSONValue? { members?.first { $0.name == name }?.value }

  /// The text, if it is one.
  public var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The whole number, if it is one.
  public var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// The number, whole or not, if it is one.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
  public init(stringLiteral value: String) { self = .text(value) }
}

/// Why a text is no JSON, and in which line.
public struct JSONError: Error, Equatable, Sendable {
  public let message: String
}

// MARK: - Reading

extension JSONValue {
  /// Reads a whole file's contents, in time that grows with their length alone.
  ///
  /// - Throws: `JSONError` if it is not JSON to the letter: also for a name that stands twice in an
  ///   object, a comma before a closing bracket, and nesting deeper than 64.
  public init(parsing data: Data) throws(JSONError) {
    var scanner = JSONScanner(Array(data))
    self = try scanner.value()
    guard scanner.isAtEnd() else {
      throw JSONError(message: "something follows the closing bracket")
    }
  }

  /// What `value` encodes to, its keys in snake case.
  public init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    try self.init(parsing: encoder.encode(value))
  }

  /// Decodes a type whose keys are in snake case here.
  public func decoded<T: Decodable>(as type: T.Type) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(description.utf8))
  }
}

// MARK: - Writing

extension JSONValue: CustomStringConvertible {
  /// The value on one line.
  public var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .text(let value): Self.quoted(value)
    case .array(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.name)): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }

  /// The value as a file for people: a line for each member of an object, and a line feed at the end.
  public var fileContents: Data { Data((lines(indentation: "") + "\n").utf8) }

  private func lines(indentation: String) -> String {
    guard let members, !members.isEmpty else { return description }
    let inner = indentation + "  "
    let rows = members.map {
      "\(inner)\(Self.quoted($0.name)): \($0.value.lines(indentation: inner))"
    }
    return "{\n" + rows.joined(separator: ",\n") + "\n\(indentation)}"
  }

  /// A text in JSON's quotes, with only those characters escaped that must be.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
