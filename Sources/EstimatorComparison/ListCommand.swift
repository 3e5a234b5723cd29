import ArgumentParser
import ExperimentLogging
import GradientEstimators

/// Describes each estimator in a line.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Describe each estimator in a line.")

  func run() { print(Self.table) }

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
