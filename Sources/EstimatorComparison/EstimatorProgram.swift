import ArgumentParser
import ExperimentCommands
import Experiments

/// The program `compare-estimators`.
public enum EstimatorProgram: ExperimentProgram {
  public typealias Main = ToyTraining

  public static let name = "compare-estimators"
  public static let abstract =
    "Compare estimators of the gradient of an expectation, ∂E[f(b)]/∂θ."
  public static let examples = [
    "toy --target 0.499 --steps 10000 --seeds 32 --estimators all",
    "train --problem chain --estimator rloo", "variance --problem chain --dimensions 10", "bias",
    "list",
  ]
  public static let commands: [any ParsableCommand.Type] = [
    VarianceCommand.self, BiasCommand.self, ListCommand.self,
  ]
  public static let comparisonAliases = ["toy"]

  public static func additions(
    to summary: ComparisonSummary<ToyTraining>
  ) -> ComparisonAdditions {
    ToyReport(summary).additions
  }
}
