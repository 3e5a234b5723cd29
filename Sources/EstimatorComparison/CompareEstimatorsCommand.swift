import ArgumentParser

/// All commands of `compare-estimators`.
public struct CompareEstimatorsCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "compare-estimators",
    abstract: "Compare estimators of the gradient of an expectation, ∂E[f(b)]/∂θ.",
    discussion: """
      compare-estimators toy --target 0.499 --steps 10000 --seeds 32 --estimators all
      compare-estimators variance --problem chain --dimensions 10
      compare-estimators bias
      compare-estimators list
      """,
    subcommands: [ToyCommand.self, VarianceCommand.self, BiasCommand.self, ListCommand.self])

  public init() {}
}
