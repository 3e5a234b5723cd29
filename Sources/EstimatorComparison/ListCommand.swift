import ArgumentParser
import ExperimentCommands
import Experiments
import GradientEstimators

/// Describes each estimator in a line.
struct ListCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Describe each estimator in a line.")

  func run(in context: CommandContext<Void>) { context.output("\(Self.table)") }

  static var table: TextTable {
    var table = TextTable([
      .init("estimator"), .init("unbiased"), .init("evaluations of f", .trailing), .init("f"),
      .init("variables"), .init("what it is"),
    ])
    for type in EstimatorRegistry.all {
      let traits = type.traits
      table.addRow([
        traits.name, traits.isUnbiased ? "yes" : "no",
        traits.evaluationCount.map { "\($0)" } ?? "every value of b",
        traits.needsDifferentiable ? "differentiable" : "black box",
        traits.supports.map(\.rawValue).sorted().joined(separator: ", "), traits.summary,
      ])
    }
    return table
  }
}
