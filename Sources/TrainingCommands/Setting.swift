/// One setting of a run: its name in `config.json`, its flag, what it is and what it may be.
struct Setting: Sendable {
  /// The name in `config.json`; `hyperparameters.` stands before those of that object.
  let key: String
  /// The flag without its dashes; `nil` for what only a file can set.
  let flag: String?
  let summary: String
  let legalValues: LegalValues
  /// Whether `null` is legal in a file.
  let isOptional: Bool

  init(
    _ key: String, flag: String? = nil, _ summary: String, _ legalValues: LegalValues,
    isOptional: Bool = false
  ) {
    self.key = key
    self.flag = flag
    self.summary = summary
    self.legalValues = legalValues
    self.isOptional = isOptional
  }

  /// The setting called `key` in a file.
  init?(key: String) {
    guard let setting = Self.byKey[key] else { return nil }
    self = setting
  }

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

  /// The value that the flag's text stands for.
  func parse(_ text: String) throws(UsageError) -> JSONValue {
    guard let value = legalValues.parse(text) else {
      throw UsageError("--\(flag ?? key) is \(text), but must be \(legalValues.description)")
    }
    return value
  }

  /// Checks a value that stands in a file.
  func check(_ value: JSONValue, in file: String) throws(UsageError) {
    if isOptional && value == .null { return }
    guard legalValues.contains(value) else {
      let orNull = isOptional ? ", or null" : ""
      throw UsageError(
        "\(file): \(key) is \(value), but must be \(legalValues.description)\(orNull)")
    }
  }
}
