import AgentExperiments
import ArgumentParser
import ExperimentCommands
import ReinforcementLearning
import State

/// Tries an environment out.
struct CheckCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try an environment out and tell what is wrong with it.",
    discussion: """
      Looks at spaces, at determinism under a seed, at numbers that are not finite, and at resets; the \
      exit code is 1 if something is wrong.
      """)

  @Option(name: .customLong("env"), help: "The environment.")
  var environment: String

  @Option(
    parsing: .unconditional, help: "How many steps to take in each of the runs that are compared.")
  var steps = 2000

  @Option(parsing: .unconditional, help: "The seed of the episodes and of the actions.")
  var seed = 0

  func run(in context: CommandContext<AgentSettings.Context>) throws {
    let specification = try context.names.environments.specification(named: environment)
    let steps = try checked(steps, "steps", from: 1)
    let seed = try UInt64(checked(seed, "seed", from: 0))
    func problems(_ environment: some Environment) -> [EnvironmentProblem] {
      checkEnvironment(environment, seed: seed, stepCount: steps)
    }
    let found = problems(specification.make())
    for problem in found { context.output("\(problem)") }
    if found.isEmpty { context.output("\(specification.name) keeps the contract.") }
    if found.contains(where: { !$0.isWarning }) {
      throw Failure.failed("\(specification.name) does not keep the contract of an environment.")
    }
  }
}
