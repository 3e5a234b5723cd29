import Files
import State

/// One setting of an experiment, declared once: its flag, its place in `config.json`, what it is, what
/// it may be, and where the value is kept.
///
/// ```swift
/// Setting("learning-rate", \.learningRate, "Step size of the policy", .positive(through: 10))
/// ```
///
/// This gives the flag `--learning-rate` with its help, the member `learning_rate` of `config.json`,
/// the same error for an illegal value in both, and `relax:learning-rate=0.01` in comparisons.
public struct Setting<Root>: Sendable {
  /// The flag without its dashes.
  public let flag: String
  /// The name in `config.json`.
  public let key: String
  /// What it is.
  public let summary: String
  public let legalValues: LegalValues
  /// Whether there may be no value: `null` in a file.
  public let isOptional: Bool
  /// Whether a run that is continued may have a greater value than before.
  public let mayGrow: Bool
  /// Where a search looks for good values, if it is not told otherwise.
  public let search: SearchRange?
  /// Names that users of other libraries would look for.
  public let synonyms: [String]
  /// The value as JSON.
  public let get: @Sendable (Root) -> JSONValue
  /// Takes a legal value.
  let set: @Sendable (inout Root, JSONValue) -> Void

  /// Declares a setting.
  ///
  /// - Parameters:
  ///   - flag: The flag without its dashes.
  ///   - path: Where the value is kept.
  ///   - summary: What it is, in a line.
  ///   - legalValues: What it may be.
  ///   - key: The name in `config.json`; the flag's with underscores without it.
  ///   - mayGrow: Whether a run that is continued may have a greater value than before.
  ///   - search: Where a search looks for good values.
  ///   - synonyms: Names that users of other libraries would look for.
  public init<Value: SettingValue>(
    _ flag: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ summary: String,
    _ legalValues: LegalValues, key: String? = nil, mayGrow: Bool = false,
    search: SearchRange? = nil, synonyms: [String] = []
  ) {
    self.flag = flag
    self.key = key ?? flag.replacing("-", with: "_")
    self.summary = summary
    self.legalValues = legalValues
    self.mayGrow = mayGrow
    self.search = search
    self.synonyms = synonyms
    isOptional = Value(json: .null) != nil
    get = { $0[keyPath: path].json }
    set = { root, json in
      guard let value = Value(json: json) else {
        preconditionFailure("--\(flag) cannot be \(json), though it is said to be legal")
      }
      root[keyPath: path] = value
    }
  }

  private init<Inner>(
    _ setting: Setting<Inner>, get: @escaping @Sendable (Root) -> JSONValue,
    set: @escaping @Sendable (inout Root, JSONValue) -> Void
  ) {
    flag = setting.flag
    key = setting.key
    summary = setting.summary
    legalValues = setting.legalValues
    isOptional = setting.isOptional
    mayGrow = setting.mayGrow
    search = setting.search
    synonyms = setting.synonyms
    self.get = get
    self.set = set
  }

  /// The setting as one of something that has a `Root`.
  public func within<Outer>(
    _ path: any WritableKeyPath<Outer, Root> & Sendable
  ) -> Setting<Outer> {
    Setting<Outer>(
      self, get: { [get] in get($0[keyPath: path]) },
      set: { [set] in set(&$0[keyPath: path], $1) })
  }

  /// The value that the flag's text stands for.
  public func parse(_ text: String) throws(Failure) -> JSONValue {
    guard let value = legalValues.parse(text) else {
      throw .usage("--\(flag) is \(text.printable), but must be \(legalValues.description).")
    }
    return value
  }

  /// Checks a value that stands in a file.
  func check(_ value: JSONValue, in file: String) throws(Failure) {
    if isOptional && value == .null { return }
    guard legalValues.contains(value) else {
      let orNull = isOptional ? ", or null" : ""
      throw .usage(
        "\(file.printable): \(key) is \(value.description.printable), but must be "
          + "\(legalValues.description)\(orNull).")
    }
  }
}
