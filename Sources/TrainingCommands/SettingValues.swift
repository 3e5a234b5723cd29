import Foundation
import ReinforcementLearning

/// Values of some settings, by key: a preset's, a file's or those of the command line.
struct SettingValues: Equatable, Sendable {
  private var values: [String: JSONValue] = [:]

  init() {}

  /// The value of a setting, `nil` where nothing has been said about it.
  subscript(setting: Setting) -> JSONValue? {
    get { values[setting.key] }
    set { values[setting.key] = newValue }
  }

  /// The text of a setting that is one.
  func text(_ setting: Setting) -> String? {
    guard case .text(let text) = values[setting.key] else { return nil }
    return text
  }

  /// Replaces what `others` say something about.
  mutating func overlay(_ others: SettingValues) {
    values.merge(others.values) { $1 }
  }
}

// MARK: - Configurations

extension SettingValues {
  /// All settings of a configuration.
  init(_ configuration: RunConfiguration) throws {
    for (key, value) in Self.flattened(try JSONValue(encoding: configuration)) {
      values[key] = value
    }
  }

  /// The configuration, if nothing is missing in it.
  func configuration() throws -> RunConfiguration {
    try json.decoded(as: RunConfiguration.self)
  }

  /// The form of `config.json`, everything unsaid as `null`.
  var json: JSONValue {
    func members(_ isIncluded: (Setting) -> Bool, dropping prefix: Int) -> [JSONValue.Member] {
      Setting.all.filter(isIncluded).map {
        JSONValue.Member(
          name: String($0.key.dropFirst(prefix)), value: values[$0.key] ?? .null)
      }
    }
    let prefix = Self.prefix
    let inner = members({ $0.key.hasPrefix(prefix) }, dropping: prefix.count)
    return .object(
      members({ !$0.key.hasPrefix(prefix) }, dropping: 0)
        + [JSONValue.Member(name: Self.group, value: .object(inner))])
  }

  private static let group = "hyperparameters"
  private static let prefix = group + "."

  /// The members of an object, with those of `hyperparameters` in their place.
  private static func flattened(_ object: JSONValue) -> [(key: String, value: JSONValue)] {
    (object.members ?? []).flatMap { member in
      guard member.name == group, let inner = member.value.members else {
        return [(member.name, member.value)]
      }
      return inner.map { (prefix + $0.name, $0.value) }
    }
  }
}

// MARK: - Files

extension SettingValues {
  /// What `config.json` says about the run beside its settings.
  private static let remarks = ["version", "command"]

  /// Reads a file in the form of `config.json`, of which any part may be missing.
  ///
  /// - Parameter path: The file, which may be a pipe.
  /// - Throws: `UsageError` if it cannot be read, is no JSON, or has an unknown key or an illegal
  ///   value.
  init(contentsOf path: String) throws(UsageError) {
    let data: Data?
    do {
      // Reads pipes too, which `Data(contentsOf:)` does not.
      data = try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd()
    } catch {
      throw UsageError(
        "\(path) cannot be read; name an existing file in the form of a run's config.json")
    }
    try self.init(parsing: data ?? Data(), from: path)
  }

  /// Reads the contents of a file in the form of `config.json`.
  init(parsing data: Data, from file: String) throws(UsageError) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: data)
    } catch {
      throw UsageError(
        "\(file) is not JSON: \(error.reason); correct it or start from a run's config.json")
    }
    guard let members = json.members else {
      throw UsageError("\(file) holds no JSON object; start from a run's config.json")
    }
    let inner = members.first { $0.name == Self.group }?.value
    if let inner, inner.members == nil {
      throw UsageError("\(file): \(Self.group) is \(inner), but must be an object of settings")
    }
    for (key, value) in Self.flattened(json) where !Self.remarks.contains(key) {
      guard let setting = Setting(key: key) else { throw Self.unknown(key, in: file) }
      try setting.check(value, in: file)
      values[key] = value
    }
  }

  private static func unknown(_ key: String, in file: String) -> UsageError {
    // A key may be misspelt, or stand outside its object, or be meant as a flag is called.
    let names = Setting.all.flatMap { setting in
      [setting.key, setting.key.split(separator: ".").last.map(String.init), setting.flag]
        .compactMap { $0.map { (name: $0, key: setting.key) } }
    }
    let spelling = nearestName(to: key, among: names.map(\.name))
    let nearest = names.first { $0.name == spelling }?.key ?? ""
    return UsageError("\(file): there is no setting \(key); did you mean \(nearest)?")
  }
}
