import Agents
import ReinforcementLearning

/// One of the things that a comparison compares: an algorithm, perhaps with settings of its own, such
/// as `relax:cv-form=relaxation;cv-steps=5`.
struct ComparisonVariant: Equatable, Sendable {
  /// What it is called in tables: the text it was given as.
  let name: String
  /// The name of the algorithm.
  let algorithm: String
  /// What differs from the settings that all share.
  let settings: SettingValues

  /// Reads the list of `--algos`, which has commas between its entries.
  ///
  /// - Throws: `UsageError` if an algorithm or a setting does not exist, a value is not legal or an
  ///   entry stands twice.
  static func parse(list: String) throws(UsageError) -> [ComparisonVariant] {
    var variants: [ComparisonVariant] = []
    for entry in entries(of: list) {
      let variant = try ComparisonVariant(entry)
      guard !variants.contains(where: { $0.name == variant.name }) else {
        throw UsageError("--algos names \(variant.name) twice; leave one of them out")
      }
      variants.append(variant)
    }
    return variants
  }

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

  private init(_ entry: String) throws(UsageError) {
    let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else {
      let names = Algorithm.all.map(\.name).joined(separator: ",")
      throw UsageError("--algos has an entry without a name; write it like --algos \(names)")
    }
    let algorithm = try Algorithm.required(named: String(name)).name
    var settings = SettingValues()
    if parts.count > 1 {
      for assignment in parts[1].split(separator: ";", omittingEmptySubsequences: false) {
        let (setting, value) = try Self.parse(assignment: String(assignment), of: entry)
        guard settings[setting] == nil else {
          throw UsageError("--algos: \(entry) sets \(setting.shortName) twice; leave one out")
        }
        settings[setting] = value
      }
    }
    self.name = ([algorithm] + parts.dropFirst().map(String.init)).joined(separator: ":")
    self.algorithm = algorithm
    self.settings = settings
  }

  /// Reads one setting of an entry: `cv-form=relaxation`.
  private static func parse(
    assignment: String, of entry: String
  ) throws(UsageError) -> (Setting, JSONValue) {
    guard !assignment.isEmpty else {
      throw UsageError("--algos: \(entry) has an empty setting; write it like relax:cv-steps=5")
    }
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts.first ?? "")
    if let flag = commonFlags[key] {
      throw UsageError("--algos: \(key) is the same for all algorithms; set it with \(flag)")
    }
    let settings = Setting.all.filter(\.mayVary)
    guard let setting = settings.first(where: { $0.shortName == key }) else {
      let nearest = nearestName(to: key, among: settings.map(\.shortName)) ?? ""
      throw UsageError(
        "--algos: there is no setting \"\(key)\" to give \(entry.prefix { $0 != ":" }); "
          + "did you mean \(nearest)?")
    }
    guard parts.count == 2, let value = setting.legalValues.parse(String(parts[1])) else {
      let found = parts.count == 2 ? "is \(parts[1])" : "has no value"
      throw UsageError(
        "--algos: \(key) of \(entry.prefix { $0 != ":" }) \(found), but must be "
          + "\(setting.legalValues.description), as in \(key)=VALUE")
    }
    return (setting, value)
  }

  /// The flags of what must not differ within a comparison.
  private static let commonFlags: [String: String] = {
    let settings: [Setting] = [
      .environment, .episodes, .steps, .solveStop, .varianceEvery, .varianceEpisodes,
    ]
    let flags = settings.compactMap { $0.flag.map { ($0, "--\($0)") } }
    return Dictionary(uniqueKeysWithValues: flags + [("seed", "--seeds and --first-seed")])
  }()
}

extension Setting {
  /// The name on a command line, whether there is a flag or not: `cv-form`, `uses-time`.
  fileprivate var shortName: String {
    flag ?? String(key.drop { $0 != "." }.dropFirst()).replacing("_", with: "-")
  }

  /// Whether the algorithms of a comparison may differ in it.
  fileprivate var mayVary: Bool {
    key.contains(".") || [Self.preset, .batchEpisodes, .actionRepeat].contains { $0.key == key }
  }
}
