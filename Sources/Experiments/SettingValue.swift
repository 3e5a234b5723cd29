import Files

/// A type that settings can have: it has a form in JSON.
public protocol SettingValue: Sendable {
  var json: JSONValue { get }
  /// Reads what `json` has made; `nil` of anything else.
  init?(json: JSONValue)
}

extension Int: SettingValue {
  public var json: JSONValue { .integer(self) }
  public init?(json: JSONValue) {
    guard let value = json.integer else { return nil }
    self = value
  }
}

extension UInt64: SettingValue {
  public var json: JSONValue { .integer(Int(self)) }
  public init?(json: JSONValue) {
    guard let value = json.integer, value >= 0 else { return nil }
    self = UInt64(value)
  }
}

extension Double: SettingValue {
  public var json: JSONValue { .number(self) }
  public init?(json: JSONValue) {
    guard let value = json.double else { return nil }
    self = value
  }
}

extension Bool: SettingValue {
  public var json: JSONValue { .boolean(self) }
  public init?(json: JSONValue) {
    guard case .boolean(let value) = json else { return nil }
    self = value
  }
}

extension String: SettingValue {
  public var json: JSONValue { .text(self) }
  public init?(json: JSONValue) {
    guard let text = json.text else { return nil }
    self = text
  }
}

extension [Int]: SettingValue {
  public var json: JSONValue { .array(map(JSONValue.integer)) }
  public init?(json: JSONValue) {
    guard case .array(let values) = json else { return nil }
    self = values.compactMap(\.integer)
    guard count == values.count else { return nil }
  }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  public var json: JSONValue { self?.json ?? .null }
  public init?(json: JSONValue) {
    if json == .null {
      self = .none
    } else if let value = Wrapped(json: json) {
      self = .some(value)
    } else {
      return nil
    }
  }
}

extension SettingValue where Self: RawRepresentable<String> {
  public var json: JSONValue { .text(rawValue) }
  public init?(json: JSONValue) {
    guard let text = json.text else { return nil }
    self.init(rawValue: text)
  }
}
