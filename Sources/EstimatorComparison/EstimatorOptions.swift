import ArgumentParser
import GradientEstimators

/// The flags that choose estimators, and how their own parameters are made and trained.
struct EstimatorOptions: ParsableArguments {
  @Option(help: "Names with commas between them, or all that suit the problem.")
  var estimators = EstimatorSelection(argument: "all")

  @Option(help: "The step size of the estimators' own parameters (Adam).")
  var cvLearningRate = 0.01

  @Option(
    help: "The width of the hidden layer of control variates (default: 10 for one variable, 64).")
  var hidden: Int?

  @Option(help: "How many threads; as many as there are cores without it.")
  var jobs: Int?

  mutating func validate() throws {
    guard cvLearningRate > 0, cvLearningRate.isFinite else {
      throw ValidationError("--cv-learning-rate is \(cvLearningRate); it must be positive.")
    }
    if let hidden, !(1...4096).contains(hidden) {
      throw ValidationError("--hidden is \(hidden); it must be from 1 to 4096.")
    }
    if let jobs, jobs < 1 {
      throw ValidationError("--jobs is \(jobs); it must be 1 or more.")
    }
  }

  /// The estimators that are meant; `all` are those with a form for the problem's distribution.
  func types(for problem: ToyProblem) throws -> [any GradientEstimator.Type] {
    try estimators.types(for: problem.support)
  }
}
