import Agents
import ArgumentParser
import ExperimentLogging
import ReinforcementLearning

/// Lists what can be named on the command line.
struct ListCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List environments, algorithms and presets.")

  func run(in context: CommandContext) throws {
    context.output("\(Self.environments(context.environments))\n")
    context.output("\(Self.algorithms)\n")
    context.output("\(Self.presets(context.environments))")
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
    switch environment.actionSpace {
    case let space as Discrete: "\(space.count)"
    case let space as Box: "\(space.count) continuous"
    default: "other"
    }
  }

  static var algorithms: TextTable {
    var table = TextTable([.init("algorithm"), .init("summary")])
    for algorithm in Algorithm.all { table.addRow([algorithm.name, algorithm.summary]) }
    return table
  }

  /// A row for each preset that differs from the others of its environment.
  static func presets(_ registry: EnvironmentRegistry) -> TextTable {
    var table = TextTable([
      .init("preset"), .init("environment"), .init("algorithms"), .init("episodes", .trailing),
      .init("hidden"), .init("activation"), .init("learning rate", .trailing),
      .init("entropy", .trailing),
    ])
    for name in RunConfiguration.PresetName.allCases {
      for environment in registry.specifications
      where environment.make() is any Environment<Discrete> {
        for (preset, algorithms) in groups(name, environment: environment.name) {
          let settings = preset.hyperparameters
          table.addRow([
            name.rawValue, environment.name, algorithms.joined(separator: ", "),
            "\(preset.episodes)", settings.hiddenSizes.map { "\($0)" }.joined(separator: ","),
            settings.activation.rawValue, "\(settings.learningRate)",
            "\(settings.entropyCoefficient)",
          ])
        }
      }
    }
    return table
  }

  /// The presets of an environment and the algorithms that share each.
  private static func groups(
    _ name: RunConfiguration.PresetName, environment: String
  ) -> [(preset: RunConfiguration, algorithms: [String])] {
    var groups: [(preset: RunConfiguration, algorithms: [String])] = []
    for algorithm in Algorithm.all {
      var preset = RunConfiguration(
        preset: name, algorithm: algorithm.name, environment: environment)
      preset.algorithm = ""
      if let index = groups.firstIndex(where: { $0.preset == preset }) {
        groups[index].algorithms.append(algorithm.name)
      } else {
        groups.append((preset, [algorithm.name]))
      }
    }
    return groups
  }
}
