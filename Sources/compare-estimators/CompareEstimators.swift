import EstimatorComparison
import ExperimentCommands

/// The command-line program for gradient estimators.
@main
enum CompareEstimators {
  static func main() {
    EstimatorProgram.main(version: packageVersion)
  }
}
