import ArgumentParser
import Experiments
import Files
import State

/// Which settings have flags in a command.
public protocol SettingScope: SendableMetatype {
  /// Whether a setting has a flag.
  static func contains<Settings: ExperimentSettings>(_ setting: Setting<Settings>) -> Bool
}

/// All settings.
public enum AllSettings: SettingScope {
  public static func contains<Settings: ExperimentSettings>(_ setting: Setting<Settings>) -> Bool {
    true
  }
}

/// The settings that the runs of a comparison can share: not the variant and the seed, for which it has
/// flags of its own.
public enum SharedSettings: SettingScope {
  public static func contains<Settings: ExperimentSettings>(_ setting: Setting<Settings>) -> Bool {
    ![Settings.variantFlag, "seed"].contains(setting.flag)
  }
}

/// The flags of settings, made from their declarations.
///
/// The parser finds the flags of a type in its mirror and reads their values by the names there: this
/// type has a mirror that is made of the settings. Values stay texts, so that `Setting.parse` alone
/// decides what is legal and says so in the same words as for a file.
public struct SettingOptions<Settings: ExperimentSettings, Scope: SettingScope>: ParsableArguments,
  CustomReflectable
{
  private var texts: [String: String] = [:]

  public init() {}

  private static var settings: [Setting<Settings>] { Settings.all.filter(Scope.contains) }

  public var customMirror: Mirror {
    let usual = Settings()
    return Mirror(
      self,
      children: Self.settings.map { setting -> Mirror.Child in
        let name = NameSpecification.customLong(setting.flag)
        let help = Self.help(of: setting, usual)
        // A negative number after the flag is the value it was meant as.
        let option: Any =
          setting.legalValues == .truth
          ? Flag<Bool?>(name: name, inversion: .prefixedNo, help: help)
          : Option<String?>(name: name, parsing: .unconditional, help: help)
        return (label: setting.flag, value: option)
      })
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for setting in Self.settings {
      let key = Key(stringValue: setting.flag)
      texts[setting.flag] =
        setting.legalValues == .truth
        ? try container.decode(Flag<Bool?>.self, forKey: key).wrappedValue.map { "\($0)" }
        : try container.decode(Option<String?>.self, forKey: key).wrappedValue
    }
  }

  /// The settings that were given.
  public func values() throws(Failure) -> SettingValues<Settings> {
    var values = SettingValues<Settings>()
    for setting in Self.settings {
      if let text = texts[setting.flag] { values[setting] = try setting.parse(text) }
    }
    return values
  }

  /// What the setting is, what it may be and what it is by default, in a line.
  private static func help(of setting: Setting<Settings>, _ usual: Settings) -> ArgumentHelp {
    var parts: [String] = []
    if ![.name, .truth].contains(setting.legalValues) { parts.append(setting.legalValues.brief) }
    switch setting.get(usual) {
    case .null: parts.append("default none")
    case .text(let text): if !text.isEmpty { parts.append("default \(text)") }
    case .array(let widths):
      let text = widths.map(\.description).joined(separator: ",")
      parts.append("default \(text.isEmpty ? "none" : text)")
    case .number(let value):
      parts.append("default \(Int(exactly: value).map(String.init) ?? "\(value)")")
    case let value: parts.append("default \(value)")
    }
    let note = parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
    let valueName =
      switch setting.legalValues {
      case .integers: "n"
      case .numbers, .positive: "x"
      case .widths: "widths"
      case .choice, .name, .truth: "name"
      }
    return ArgumentHelp("\(setting.summary)\(note).", valueName: valueName)
  }
}
