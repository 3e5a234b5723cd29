import AgentExperiments
import Agents
import ArgumentParser
import ExperimentCommands
import Experiments
import ReinforcementLearning
import State
import Statistics

/// Lists what can be named on the command line.
struct ListCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List environments, algorithms and presets.")

  func run(in context: CommandContext<AgentSettings.Context>) throws {
    context.output("\(Self.environments(context.names.environments))\n")
    context.output("\(Self.algorithms(context.names.algorithms))\n")
    context.output("\(try Self.presets(context.names))")
  }

  static func environments(_ registry: EnvironmentRegistry) -> TextTable {
    var table = TextTable([
      .init("environment"), .init("also"), .init("actions"), .init("steps", .trailing),
      .init("solved at", .trailing), .init("summary"),
    ])
    for specification in registry.specifications {
      table.addRow([
        specification.name, specification.allNames.dropFirst().joined(separator: ", "),
        actions(of: specification.make()),
        specification.maxEpisodeSteps.map { "\($0)" } ?? "–",
        specification.rewardThreshold.map { Format.legible($0, decimals: 0) } ?? "–",
        specification.summary,
      ])
    }
    return table
  }

  private static func actions(of environment: some Environment) -> String {
    (environment.actionSpace as? any PolicySpace)?.summary ?? "other"
  }

  static func algorithms(_ algorithms: [Algorithm]) -> TextTable {
    var table = TextTable([.init("algorithm"), .init("actions"), .init("summary")])
    for algorithm in algorithms {
      table.addRow([algorithm.name, actions(of: algorithm), algorithm.summary])
    }
    return table
  }

  /// The kinds of actions that an algorithm has agents for.
  private static func actions(of algorithm: Algorithm) -> String {
    let kinds: [(name: String, space: any PolicySpace)] = [
      ("discrete", Discrete(2)), ("continuous", Box(low: -1, high: 1, count: 1)),
      ("binary", MultiBinary(2)), ("several discrete", MultiDiscrete([2, 3])),
    ]
    return kinds.filter { kind in
      let space = kind.space
      return algorithm.supports(space)
    }.map(\.name).joined(separator: ", ")
  }

  /// A row for each preset that differs from the others, with all environments that it is for.
  static func presets(_ names: AgentSettings.Context) throws(Failure) -> TextTable {
    var table = TextTable([
      .init("preset"), .init("algorithms"), .init("length", .trailing), .init("hidden"),
      .init("activation"), .init("learning rate", .trailing), .init("entropy", .trailing),
      .init("environments"),
    ])
    for preset in AgentSettings.PresetName.allCases {
      var rows: [(group: Group, environments: [String])] = []
      for environment in names.environments.specifications.map(\.name) {
        for group in try groups(preset, environment: environment, names) {
          let row = rows.firstIndex {
            $0.group.algorithms == group.algorithms && isSame($0.group.settings, group.settings)
          }
          if let row {
            rows[row].environments.append(environment)
          } else {
            rows.append((group, [environment]))
          }
        }
      }
      for (group, environments) in rows {
        let (settings, hyperparameters) = (group.settings, group.settings.hyperparameters)
        table.addRow([
          preset.rawValue, group.algorithms.joined(separator: ", "),
          settings.steps.map { "\($0) steps" } ?? "\(settings.episodes) episodes",
          hyperparameters.hiddenSizes.map { "\($0)" }.joined(separator: ","),
          hyperparameters.activation.rawValue, "\(hyperparameters.learningRate)",
          "\(hyperparameters.entropyCoefficient)", environments.joined(separator: ", "),
        ])
      }
    }
    return table
  }

  /// Settings and the algorithms that share them.
  private typealias Group = (settings: AgentSettings, algorithms: [String])

  /// Whether two presets differ in nothing that a run depends on.
  private static func isSame(_ one: AgentSettings, _ other: AgentSettings) -> Bool {
    one.hyperparameters == other.hyperparameters && one.episodes == other.episodes
      && one.steps == other.steps && one.batchEpisodes == other.batchEpisodes
  }

  /// The presets of an environment and the algorithms that share each.
  private static func groups(
    _ preset: AgentSettings.PresetName, environment: String, _ names: AgentSettings.Context
  ) throws(Failure) -> [Group] {
    var groups: [Group] = []
    let actions = try names.environments.specification(named: environment).make().actionSpace
    func resolved(
      _ preset: AgentSettings.PresetName, _ algorithm: Algorithm
    ) throws(Failure) -> AgentSettings {
      var given = SettingValues<AgentSettings>()
      given["env"] = .text(environment)
      given["algo"] = .text(algorithm.name)
      given["preset"] = preset.json
      return try AgentSettings(flags: given, in: names)
    }
    for algorithm in names.algorithms {
      guard let actions = actions as? any PolicySpace, algorithm.supports(actions) else { continue }
      let settings = try resolved(preset, algorithm)
      // The paper says nothing of it, so that its settings are the usual ones.
      if preset != .tuned, isSame(settings, try resolved(.tuned, algorithm)) { continue }
      if let index = groups.firstIndex(where: { isSame($0.settings, settings) }) {
        groups[index].algorithms.append(algorithm.name)
      } else {
        groups.append((settings, [algorithm.name]))
      }
    }
    return groups
  }
}
