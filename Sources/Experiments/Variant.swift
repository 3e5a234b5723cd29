import Files
import State

/// One of the things that a comparison compares: a value of the settings' variant flag, perhaps with
/// settings of its own, such as `relax:cv-form=relaxation;cv-steps=5`.
public struct Variant<Settings: ExperimentSettings>: Sendable, Equatable {
  /// What it is called in tables: the text it was given as.
  public let name: String
  /// What differs from the settings that all share, the variant flag included.
  public let settings: SettingValues<Settings>

  /// A variant from values.
  public init(_ name: String, _ settings: SettingValues<Settings>) {
    self.name = name
    self.settings = settings
  }

  /// Reads a list of variants, which has commas between its entries.
  ///
  /// - Throws: `Failure` if a setting does not exist, a value is not legal or an entry stands twice.
  public static func parse(list: String) throws(Failure) -> [Variant] {
    var variants: [Variant] = []
    for entry in entries(of: list) {
      let variant = try Variant(entry)
      guard !variants.contains(where: { $0.name == variant.name }) else {
        throw .usage("\(flag) names \(variant.name.printable) twice; leave one of them out.")
      }
      variants.append(variant)
    }
    return variants
  }

  /// The flag of the list: `--algos`.
  public static var flag: String { "--\(Settings.variantFlag)s" }

  /// The parts between commas; those of a list of widths, as in `a2c:hidden=64,64`, stay together.
  private static func entries(of list: String) -> [String] {
    var entries: [String] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      if Int(part) != nil, entries.last?.contains("=") == true {
        entries[entries.count - 1] += ",\(part)"
      } else {
        entries.append(part.filter { !$0.isWhitespace })
      }
    }
    return entries
  }

  /// Reads one entry of a list.
  public init(_ entry: String) throws(Failure) {
    let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let head = parts.first, !head.isEmpty else {
      throw .usage(
        "\(Self.flag) has an entry without a name; write it like \(Self.flag) one,other.")
    }
    let main = Settings.setting(Settings.variantFlag)
    guard let value = main.legalValues.parse(String(head)) else {
      throw .usage(
        "\(Self.flag) names \(String(head).quotedBriefly), but must be "
          + "\(main.legalValues.description).")
    }
    var settings = SettingValues<Settings>()
    settings[main] = value
    if parts.count > 1 {
      for assignment in parts[1].split(separator: ";", omittingEmptySubsequences: false) {
        let (setting, value) = try Self.parse(assignment: String(assignment), of: entry)
        guard settings[setting] == nil else {
          throw .usage(
            "\(Self.flag): \(entry.printable) sets \(setting.flag) twice; leave one out.")
        }
        settings[setting] = value
      }
    }
    self.init(entry, settings)
  }

  /// Reads one setting of an entry: `cv-form=relaxation`.
  private static func parse(
    assignment: String, of entry: String
  ) throws(Failure) -> (Setting<Settings>, JSONValue) {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts.first ?? "")
    let name = String(entry.prefix { $0 != ":" }).printable
    let settings = Settings.all.filter { $0.flag != "seed" }
    guard let setting = settings.first(where: { $0.flag == key }) else {
      if key == "seed" { throw .usage("\(flag): all have the same seeds; set them with --seeds.") }
      let names = settings.flatMap { [$0.flag] + $0.synonyms }
      throw .usage(
        "\(flag): there is no setting \(key.quotedBriefly) to give \(name); "
          + "did you mean \(nearestName(to: key, among: names) ?? "")?")
    }
    guard parts.count == 2, let value = setting.legalValues.parse(String(parts[1])) else {
      let found = parts.count == 2 ? "is \(String(parts[1]).printable)" : "has no value"
      throw .usage(
        "\(flag): \(key) of \(name) \(found), but must be "
          + "\(setting.legalValues.description), as in \(key)=VALUE.")
    }
    return (setting, value)
  }
}
