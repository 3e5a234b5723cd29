import ArgumentParser
import DiscreteVAE
import ExperimentLogging
import GradientEstimators

/// Shows what there is to choose from.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show models, estimators and presets.")

  func run() {
    var models = TextTable([.init("model"), .init("what it is")])
    for model in ModelArchitecture.allCases { models.addRow([model.rawValue, model.summary]) }
    var estimators = TextTable([
      .init("estimator"), .init("unbiased"), .init("evaluations", .trailing), .init("what it is"),
    ])
    for type in EstimatorRegistry.all where type.traits.supports.contains(.bernoulli) {
      let traits = type.traits
      estimators.addRow([
        traits.name, traits.isUnbiased ? "yes" : "no",
        traits.evaluationCount.map { "\($0)" } ?? "all", traits.summary,
      ])
    }
    var presets = TextTable([.init("preset"), .init("what it is")])
    for preset in AutoencoderConfiguration.presets {
      presets.addRow([preset.name, preset.summary])
    }
    print([models, estimators, presets].map(\.description).joined(separator: "\n\n"))
  }
}
