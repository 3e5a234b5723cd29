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
        specification.rewardThreshold.map { Format.fixed($0, decimals: 0) } ?? "–",
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

  /// A row for each preset that differs from the others of its environment.
  static func presets(_ names: AgentSettings.Context) throws(Failure) -> TextTable {
    var table = TextTable([
      .init("preset"), .init("environment"), .init("algorithms"), .init("length", .trailing),
      .init("hidden"), .init("activation"), .init("learning rate", .trailing),
      .init("entropy", .trailing),
    ])
    for preset in AgentSettings.PresetName.allCases {
      for environment in names.environments.specifications {
        for (settings, algorithms) in try groups(preset, environment: environment.name, names) {
          let hyperparameters = settings.hyperparameters
          table.addRow([
            preset.rawValue, environment.name, algorithms.joined(separator: ", "),
            settings.steps.map { "\($0) steps" } ?? "\(settings.episodes) episodes",
            hyperparameters.hiddenSizes.map { "\($0)" }.joined(separator: ","),
            hyperparameters.activation.rawValue, "\(hyperparameters.learningRate)",
            "\(hyperparameters.entropyCoefficient)",
          ])
        }
      }
    }
    return table
  }

  /// The presets of an environment and the algorithms that share each.
  private static func groups(
    _ preset: AgentSettings.PresetName, environment: String, _ names: AgentSettings.Context
  ) throws(Failure) -> [(settings: AgentSettings, algorithms: [String])] {
    var groups: [(settings: AgentSettings, algorithms: [String])] = []
    let actions = try names.environments.specification(named: environment).make().actionSpace
    for algorithm in names.algorithms {
      guard let actions = actions as? any PolicySpace, algorithm.supports(actions) else { continue }
      var given = SettingValues<AgentSettings>()
      given["env"] = .text(environment)
      given["algo"] = .text(algorithm.name)
      given["preset"] = preset.json
      let settings = try AgentSettings(flags: given, in: names)
      let index = groups.firstIndex {
        $0.settings.hyperparameters == settings.hyperparameters
          && $0.settings.episodes == settings.episodes && $0.settings.steps == settings.steps
      }
      if let index {
        groups[index].algorithms.append(algorithm.name)
      } else {
        groups.append((settings, [algorithm.name]))
      }
    }
    return groups
  }
}
