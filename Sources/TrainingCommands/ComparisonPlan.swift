import Agents
import ReinforcementLearning

/// Which runs a comparison consists of: some algorithms, each with the same seeds.
struct ComparisonPlan: Sendable {
  /// An algorithm with all that its runs need.
  struct Entry: Sendable {
    /// What it is called in tables.
    let name: String
    /// The settings of its runs but for the seed.
    let configuration: RunConfiguration
    let task: TrainingTask
    let algorithm: Algorithm
  }

  let entries: [Entry]
  let seeds: ClosedRange<UInt64>

  /// The specification of the environment that all train in.
  let environment: EnvironmentSpecification

  /// Resolves the settings of all runs.
  ///
  /// - Parameters:
  ///   - variants: What is compared, one at least.
  ///   - shared: The settings that they share, the environment among them.
  ///   - seeds: The seeds of the runs.
  ///   - environments: The environments that can be named.
  /// - Throws: `UsageError` where no such comparison is possible.
  init(
    _ variants: [ComparisonVariant], shared: SettingValues, seeds: ClosedRange<UInt64>,
    environments: EnvironmentRegistry
  ) throws {
    var entries: [Entry] = []
    for variant in variants {
      var settings = shared
      settings.overlay(variant.settings)
      settings[.algorithm] = .text(variant.algorithm)
      // A comparison is about learning; its runs end without an evaluation.
      settings[.evalEpisodes] = .integer(0)
      let configuration = try RunConfiguration(
        flags: settings, file: SettingValues(), environments: environments)
      if let equal = entries.first(where: { $0.configuration == configuration }) {
        throw UsageError(
          "--algos: \(variant.name) has the settings of \(equal.name); leave one of them out")
      }
      if let first = entries.first, first.configuration.episodes != configuration.episodes {
        throw UsageError(
          "\(first.name) would train for \(first.configuration.episodes) episodes and "
            + "\(variant.name) for \(configuration.episodes); set the same with --episodes")
      }
      entries.append(
        Entry(
          name: variant.name, configuration: configuration,
          task: try TrainingTask(
            environments.requiredSpecification(named: configuration.environment),
            actionRepeat: configuration.actionRepeat, environments: environments),
          algorithm: try Algorithm.required(named: variant.algorithm)))
    }
    precondition(!entries.isEmpty, "ComparisonPlan: there is nothing to compare")
    environment = entries[0].task.specification
    self.entries = entries
    self.seeds = seeds
  }

  /// How many episodes a run may last; where steps limit it, as many as these allow.
  var episodes: Int { entries[0].configuration.episodes }

  /// How many steps a run may last, if they limit it.
  var steps: Int? { entries[0].configuration.steps }

  /// All runs, those of one seed next to each other: an interrupted comparison then has pairs.
  var runs: [(entry: Int, seed: UInt64)] {
    seeds.flatMap { seed in entries.indices.map { (entry: $0, seed: seed) } }
  }

  /// Everything that decides the results.
  func json() throws -> JSONValue {
    let algorithms = try entries.map { entry in
      let settings = try SettingValues(entry.configuration).json.members ?? []
      return JSONValue.Member(
        name: entry.name, value: .object(settings.filter { $0.name != Setting.seed.key }))
    }
    return [
      "version": .text(packageVersion),
      "environment": .text(environment.name),
      "first_seed": .integer(Int(seeds.lowerBound)),
      "seeds": .integer(seeds.count),
      "algorithms": .object(algorithms),
    ]
  }
}
