import Files
import State

/// Everything that decides an experiment.
///
/// `Docs/experiments.md` shows one of a few lines.
public protocol ExperimentSettings: Sendable, Equatable {
  /// What names are looked up in, such as environments; nothing for most.
  associatedtype Context: Sendable = Void

  /// The usual settings, as far as they depend on nothing.
  init()

  /// All settings, in the order of `config.json`.
  static var all: [Setting<Self>] { get }

  /// The flag of the setting by which experiments are mainly compared, such as an algorithm.
  static var variantFlag: String { get }

  /// The settings where those that were given do not say otherwise.
  ///
  /// - Parameters:
  ///   - given: What was given: a preset, or what decides it.
  ///   - context: What names are looked up in.
  /// - Throws: `Failure` if a name that was given has no bearer, or one is missing.
  static func base(
    _ given: SettingValues<Self>, in context: Context
  ) throws(Failure) -> Self

  /// The seed that decides everything random.
  var seed: UInt64 { get set }

  /// The settings that have a part in this experiment.
  var relevant: [Setting<Self>] { get }

  /// What a run's folder is called by default.
  var runName: String { get }

  /// What the folder of a comparison with others is called by default.
  ///
  /// - Parameter names: The names of all that is compared.
  func comparisonName(_ names: String) -> String

  /// Checks that values make sense together, and gives names their usual form.
  mutating func validate(in context: Context) throws(Failure)
}

extension ExperimentSettings {
  public var relevant: [Setting<Self>] { Self.all }
  public func comparisonName(_ names: String) -> String { names }
  public mutating func validate(in context: Context) throws(Failure) {}

  /// The settings: flags before the file before the base.
  ///
  /// - Parameters:
  ///   - flags: What a command line or a program says; each must have a part in the experiment.
  ///   - file: What a file says; what has no part in the experiment is left out.
  ///   - context: What names are looked up in.
  public init(
    flags: SettingValues<Self>, file: SettingValues<Self> = .init(), in context: Context
  ) throws(Failure) {
    var given = file
    given.overlay(flags)
    let base = try Self.base(given, in: context)
    self = base
    given.apply(to: &self)
    try validate(in: context)
    let relevant = Set(relevant.map(\.flag))
    for setting in Self.all where given[setting] != nil && !relevant.contains(setting.flag) {
      guard flags[setting] == nil else {
        throw .usage("--\(setting.flag) has no part in \(variantName); leave it out.")
      }
      // As it is when the settings are read back from config.json, where it does not stand.
      setting.set(&self, setting.get(base))
    }
  }

  /// The form of `config.json`, everything unsaid as `null`.
  public var json: JSONValue {
    .object(relevant.map { .init(name: $0.key, value: $0.get(self)) })
  }

  /// The setting of that flag.
  public static func setting(_ flag: String) -> Setting<Self> {
    guard let setting = all.first(where: { $0.flag == flag }) else {
      preconditionFailure("there is no setting \(flag)")
    }
    return setting
  }

  /// What the experiment is mainly called: the name of its algorithm.
  public var variantName: String { Self.setting(Self.variantFlag).get(self).text ?? "" }
}
