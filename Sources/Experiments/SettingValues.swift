import Files
import Foundation
import State

/// Values of some settings: a preset's, a file's, those of the command line.
public struct SettingValues<Settings: ExperimentSettings>: Sendable, Equatable {
  private var values: [String: JSONValue] = [:]

  public init() {}

  /// Whether nothing has been said about any setting.
  public var isEmpty: Bool { values.isEmpty }

  /// The value of a setting, `nil` where nothing has been said about it.
  public subscript(setting: Setting<Settings>) -> JSONValue? {
    get { values[setting.key] }
    set { values[setting.key] = newValue }
  }

  /// The value of the setting with that flag.
  public subscript(flag: String) -> JSONValue? {
    get { self[Settings.setting(flag)] }
    set { self[Settings.setting(flag)] = newValue }
  }

  /// Replaces what `others` say something about.
  public mutating func overlay(_ others: SettingValues) {
    values.merge(others.values) { $1 }
  }

  /// Puts the values into the settings.
  func apply(to settings: inout Settings) {
    for setting in Settings.all {
      if let value = values[setting.key] { setting.set(&settings, value) }
    }
  }

  /// All values of some settings.
  public init(_ settings: Settings) {
    for setting in settings.relevant { values[setting.key] = setting.get(settings) }
  }
}

// MARK: - Files

extension SettingValues {
  /// Reads a file in the form of `config.json`, of which any part may be missing.
  ///
  /// - Parameter path: The file, which may be a pipe.
  /// - Throws: `Failure` if it cannot be read, is no JSON, or has an unknown key or an illegal value.
  public init(contentsOf path: Path) throws(Failure) {
    let data: Data
    do throws(Failure) {
      data = try RegularFile.contents(of: path, atMost: 1 << 24, allowsPipes: true)
    } catch {
      throw .usage("\(error); it must have the form of a run's config.json.")
    }
    try self.init(parsing: data, from: path.text)
  }

  /// Reads the contents of a file in the form of `config.json`.
  public init(parsing data: Data, from file: String) throws(Failure) {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(parsing: data)
    } catch {
      throw .usage(
        "\(file.printable) is not JSON: \(error.message); correct it or start from a run's "
          + "config.json.")
    }
    guard let members = json.members else {
      throw .usage("\(file.printable) holds no JSON object; start from a run's config.json.")
    }
    // What config.json says about the run beside its settings.
    for member in members where !["version", "command"].contains(member.name) {
      guard let setting = Settings.all.first(where: { $0.key == member.name }) else {
        throw Self.unknown(member.name, in: file)
      }
      try setting.check(member.value, in: file)
      values[setting.key] = member.value
    }
  }

  private static func unknown(_ key: String, in file: String) -> Failure {
    // A key may be misspelt, or meant as a flag or elsewhere is called.
    let names = Settings.all.flatMap { setting in
      ([setting.key, setting.flag] + setting.synonyms).map { (name: $0, key: setting.key) }
    }
    let spelling = nearestName(to: key, among: names.map(\.name))
    let nearest = names.first { $0.name == spelling }?.key ?? ""
    return .usage(
      "\(file.printable): there is no setting \(key.quotedBriefly); did you mean \(nearest)?")
  }
}
