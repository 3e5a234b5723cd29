import Agents
import Experiments
import Parallelism
import ReinforcementLearning
import State

/// Compares agents in an environment, in memory: what a test of an agent needs.
///
/// ```swift
/// @Test func aFittedValueHelps() throws {
///   let corridor = EnvironmentSpecification(name: "corridor", maxEpisodeSteps: 20) { Corridor() }
///   let summary = try compareAgents(
///     ["a2c", "reinforce"], in: corridor, seeds: 0...7, episodes: 200,
///     settings: ["hidden": "8", "learning-rate": "0.01"])
///   #expect(summary.verdict(on: "a2c", against: "reinforce", by: "final_mean_return").isAhead)
/// }
/// ```
///
/// The verdict comes from the differences seed by seed; with fewer than six seeds it is always that
/// nothing can be told at the usual level. Equal arguments give equal numbers.
///
/// - Parameters:
///   - agents: The names of algorithms, perhaps with settings of their own, as
///     `relax:cv-form=relaxation;cv-steps=5`.
///   - environment: Where they train.
///   - seeds: The seeds of each agent's runs.
///   - episodes: How long each run lasts.
///   - settings: The settings that they share, by the names of their flags. What is not named is as in
///     the preset `tuned`.
///   - algorithms: Algorithms that `agents` may name beside those of this package; one of the same name
///     replaces it.
///   - jobs: How many runs at once; it changes nothing in the numbers.
///   - monitor: Tells when to end.
/// - Returns: The runs and their statistics. `final_mean_return` is the mean return of a run's last 100
///   episodes; `episodes_to_solve` is there where the environment has a threshold.
/// - Throws: `Failure` for a name or a value that does not exist, or if a run fails. A run that ends in
///   numbers which are not finite counts as far as it came.
public func compareAgents(
  _ agents: [String], in environment: EnvironmentSpecification, seeds: ClosedRange<UInt64>,
  episodes: Int, settings: [String: String] = [:], algorithms: [Algorithm] = [],
  jobs: Int = processorCount, _ monitor: Monitor = .silent
) throws(Failure) -> ComparisonSummary<AgentTraining> {
  let names = Set(algorithms.map(\.name))
  let context = AgentSettings.Context(
    environments: EnvironmentRegistry([environment]),
    algorithms: Algorithm.all.filter { !names.contains($0.name) } + algorithms)
  var shared = SettingValues<AgentSettings>()
  shared["env"] = .text(environment.name)
  shared["episodes"] = try AgentSettings.setting("episodes").parse("\(episodes)")
  for (flag, text) in settings.sorted(by: { $0.key < $1.key }) {
    guard let setting = AgentSettings.all.first(where: { $0.flag == flag }) else {
      let nearest = nearestName(to: flag, among: AgentSettings.all.map(\.flag)) ?? ""
      throw .usage("There is no setting \(flag.quotedBriefly); did you mean \"\(nearest)\"?")
    }
    shared[setting] = try setting.parse(text)
  }
  var variants: [Variant<AgentSettings>] = []
  for agent in agents { variants.append(try Variant(agent)) }
  let plan = try ComparisonPlan(
    AgentTraining.comparisonVariants(variants, shared: shared), shared: shared, seeds: seeds,
    in: context)
  return try Comparison<AgentTraining>(plan, in: context).run(jobs: jobs, monitor)
}
