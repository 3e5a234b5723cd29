import ArgumentParser
import DiscreteVAE
import ExperimentCommands
import Experiments

/// Shows what there is to choose from.
struct ListCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show models, estimators and presets.")

  func run(in context: CommandContext<Void>) {
    var models = TextTable([.init("model"), .init("what it is")])
    for model in ModelArchitecture.allCases { models.addRow([model.rawValue, model.summary]) }
    var estimators = TextTable([
      .init("estimator"), .init("unbiased"), .init("evaluations", .trailing), .init("what it is"),
    ])
    for type in AutoencoderSettings.estimators {
      let traits = type.traits
      estimators.addRow([
        traits.name, traits.isUnbiased ? "yes" : "no",
        traits.evaluationCount.map { "\($0)" } ?? "all", traits.summary,
      ])
    }
    var presets = TextTable([.init("preset"), .init("what it is")])
    for preset in AutoencoderSettings.Preset.allCases {
      presets.addRow([preset.rawValue, preset.summary])
    }
    context.output(
      [models, estimators, presets].map(\.description).joined(separator: "\n\n"))
  }
}
