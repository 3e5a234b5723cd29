import Foundation

/// A JSON value whose shape is not known in advance; the members of an object keep their order.
enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case array([JSONValue])
  case object([Member])

  /// A name and a value in an object.
  struct Member: Sendable, Equatable {
    let name: String
    let value: JSONValue
  }

  /// An integer, or `null` for `nil`.
  init(_ value: Int?) { self = value.map(JSONValue.integer) ?? .null }
  /// A number, or `null` for `nil` and for what is not finite, which JSON cannot say.
  init(_ value: Double?) {
    guard let value, value.isFinite else {
      self = .null
      return
    }
    self = .number(value)
  }

  /// An object with the members of `defaults` added whose names it lacks; other values as they are.
  func completed(by defaults: JSONValue) -> JSONValue {
    guard let members, let others = defaults.members else { return self }
    return .object(members + others.filter { other in !members.contains { $0.name == other.name } })
  }

  /// The members of an object; `nil` if it is something else.
  var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
  init(stringLiteral value: String) { self = .text(value) }
}

// MARK: - Reading

extension JSONValue: Decodable {
  /// Reads any value; the members of an object are sorted by name.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      let members = try container.decode([String: JSONValue].self)
      self = .object(
        members.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: $0.value) })
    }
  }

  /// Why a text is no JSON.
  struct ParsingError: Error {
    let reason: String
  }

  /// Reads a whole file's contents.
  init(parsing data: Data) throws(ParsingError) {
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: data)
    } catch {
      throw ParsingError(reason: Self.reason(why: data))
    }
  }

  /// Where the text goes wrong, which `JSONDecoder` does not tell everywhere.
  private static func reason(why data: Data) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      return "it cannot be understood"
    } catch {
      let text = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "\(error)"
      return text.prefix(1).lowercased() + text.dropFirst().prefix { !".\n".contains($0) }
    }
  }

  /// What `value` encodes to, its keys in snake case.
  init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try self.init(parsing: encoder.encode(value))
  }

  /// Decodes a type whose keys are in snake case here.
  func decoded<T: Decodable>(as type: T.Type) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(description.utf8))
  }
}

// MARK: - Writing

extension JSONValue: CustomStringConvertible {
  /// The value on one line.
  var description: String {
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
  var fileContents: Data { Data((lines(indentation: "") + "\n").utf8) }

  private func lines(indentation: String) -> String {
    guard let members, !members.isEmpty else { return description }
    let inner = indentation + "  "
    let rows = members.map {
      "\(inner)\(Self.quoted($0.name)): \($0.value.lines(indentation: inner))"
    }
    return "{\n" + rows.joined(separator: ",\n") + "\n\(indentation)}"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
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
