import Files
import State

/// Which runs a comparison consists of: some variants, each with the same seeds.
public struct ComparisonPlan<Settings: ExperimentSettings>: Sendable {
  /// A variant with all that its runs need.
  public struct Entry: Sendable {
    /// What it is called in tables.
    public let name: String
    /// The settings of its runs but for the seed.
    public let settings: Settings
  }

  public let entries: [Entry]
  public let seeds: ClosedRange<UInt64>

  /// Resolves the settings of all runs.
  ///
  /// - Parameters:
  ///   - variants: What is compared, one at least.
  ///   - shared: The settings that they share; what has no part in a variant is left out of it, but it
  ///     must have one somewhere.
  ///   - file: What a file says beside.
  ///   - seeds: The seeds of the runs.
  ///   - context: What names are looked up in.
  /// - Throws: `Failure` where no such comparison is possible.
  public init(
    _ variants: [Variant<Settings>], shared: SettingValues<Settings>,
    file: SettingValues<Settings> = .init(), seeds: ClosedRange<UInt64>,
    in context: Settings.Context
  ) throws(Failure) {
    precondition(!variants.isEmpty, "ComparisonPlan: there is nothing to compare")
    var entries: [Entry] = []
    var used: Set<String> = []
    for variant in variants {
      var given = file
      given.overlay(shared)
      let settings = try Settings(flags: variant.settings, file: given, in: context)
      if let equal = entries.first(where: { $0.settings == settings }) {
        throw .usage(
          "\(Variant<Settings>.flag): \(variant.name.printable) has the settings of "
            + "\(equal.name.printable); leave one of them out.")
      }
      used.formUnion(settings.relevant.map(\.flag))
      entries.append(Entry(name: variant.name, settings: settings))
    }
    for setting in Settings.all where shared[setting] != nil && !used.contains(setting.flag) {
      throw .usage("--\(setting.flag) has no part in what is compared; leave it out.")
    }
    self.entries = entries
    self.seeds = seeds
  }

  /// All runs, those of one seed next to each other: an interrupted comparison then has pairs.
  public var runs: [(entry: Int, settings: Settings)] {
    seeds.flatMap { seed in
      entries.indices.map { index in
        var settings = entries[index].settings
        settings.seed = seed
        return (entry: index, settings: settings)
      }
    }
  }

  /// Everything that decides the results.
  func json(version: String) -> JSONValue {
    [
      "version": .text(version), "first_seed": .integer(Int(seeds.lowerBound)),
      "seeds": .integer(seeds.count),
      "variants": .object(
        entries.map { entry in
          let members = entry.settings.json.members ?? []
          return .init(name: entry.name, value: .object(members.filter { $0.name != "seed" }))
        }),
    ]
  }
}
