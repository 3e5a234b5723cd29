import AgentExperiments
import Agents
import ArgumentParser
import ExperimentCommands
import ReinforcementLearning

/// The program `train-agent`, and any other that has environments or algorithms of its own.
public enum AgentProgram: ExperimentProgram {
  public typealias Main = AgentTraining

  public static let name = "train-agent"
  public static let abstract = "Train reinforcement-learning agents and see how good they are."
  public static let examples = [
    "--env cartpole --algo relax", "evaluate runs/cartpole-relax-0",
    "record runs/cartpole-relax-0 cartpole.gif", "compare --env cartpole --algos a2c,relax",
    "variance runs/cartpole-relax-0",
  ]
  public static let commands: [any ParsableCommand.Type] = [
    EvaluateCommand.self, RecordCommand.self, VarianceCommand.self, CheckCommand.self,
    ListCommand.self,
  ]
}

/// Runs the commands of `train-agent` on the arguments of the process, and ends it.
///
/// ```swift
/// @main enum Program {
///   static func main() {
///     TrainingCommands.main(environments: ["corridor": { Corridor() }])
///   }
/// }
/// ```
///
/// - Parameter environments: Environments beside the built-in ones, by their short names; each call
///   must return a new one. An environment with a time limit or a reward threshold has a
///   specification: see `main(specifications:algorithms:)`.
public func main(environments: [String: @Sendable () -> any Environment] = [:]) -> Never {
  main(
    specifications: environments.sorted { $0.key < $1.key }.map {
      EnvironmentSpecification(name: $0.key, make: $0.value)
    })
}

/// Runs the commands of `train-agent` on the arguments of the process, and ends it.
///
/// - Parameters:
///   - specifications: Environments beside the built-in ones; one of the same short name replaces it.
///   - algorithms: Algorithms beside the built-in ones.
public func main(
  specifications: [EnvironmentSpecification], algorithms: [Algorithm] = []
) -> Never {
  var environments = EnvironmentRegistry.builtIn
  environments.register(specifications)
  AgentProgram.main(
    names: AgentSettings.Context(
      environments: environments, algorithms: Algorithm.all + algorithms),
    version: packageVersion)
}
