import AgentExperiments
import Agents
import Autodiff
import Experiments
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct CompareAgentsTests {
  @Test func learningIsBetterThanChance() throws {
    let summary = try compareAgents(
      ["a2c", "relax:cv-steps=2", "chance"], in: Corridor.specification, seeds: 0...5,
      episodes: 105,
      settings: [
        "hidden": "4", "cv-hidden": "4", "learning-rate": "0.05", "value-steps": "1",
        "value-batch-size": "32", "window-episodes": "4",
      ],
      algorithms: [Chance.algorithm])
    let measure = "final_mean_return"
    #expect(summary.verdict(on: "a2c", against: "chance", by: measure).isAhead)
    #expect(summary.verdict(on: "chance", against: "relax:cv-steps=2", by: measure).isBehind)
    #expect(summary.verdict(on: "chance", against: "a2c", by: "episodes_to_solve").isBehind)
  }

  /// Comparisons do without the evaluation at the end of a run, unless somebody asks for it.
  @Test func evaluationsThatAreAskedForAreMade() throws {
    func evaluations(_ settings: [String: String]) throws -> Int {
      let flags = try settings.reduce(into: SettingValues<AgentSettings>()) { values, pair in
        let setting = AgentSettings.setting(pair.key)
        values[setting] = try setting.parse(pair.value)
      }
      let variants = AgentTraining.comparisonVariants([try Variant("a2c")], shared: flags)
      return variants[0].settings["eval-episodes"]?.integer ?? flags["eval-episodes"]?.integer ?? -1
    }
    #expect(try evaluations([:]) == 0)
    #expect(try evaluations(["eval-episodes": "7"]) == 7)
  }

  @Test func whatCannotBeToldIsNotTold() throws {
    // Two seeds are not enough for any verdict, and nothing is learned in two episodes.
    let summary = try compareAgents(
      ["a2c", "reinforce"], in: Corridor.specification, seeds: 3...4, episodes: 2)
    let verdict = summary.verdict(on: "reinforce", against: "a2c", by: "final_mean_return")
    #expect(!verdict.isAhead && !verdict.isBehind)
    guard case .undecided(let interval) = verdict else { return }
    #expect(interval.lower <= interval.upper)
    #expect("\(verdict)".hasPrefix("cannot be told; difference between "))
  }

  @Test(arguments: [
    (["relux"], [:], "did you mean \"relax\"?"),
    (["a2c"], ["hiden": "4"], "did you mean \"hidden\"?"),
    (["a2c"], ["hidden": "x"], "--hidden is x, but must be"),
    (["a2c"], ["cv-steps": "2"], "--cv-steps has no part in what is compared"),
    (["a2c", "a2c"], [:], "a2c has the settings of a2c"),
  ])
  func refusesWhatDoesNotExist(
    agents: [String], settings: [String: String], problem: String
  ) throws {
    let failure = #expect(throws: Failure.self) {
      try compareAgents(
        agents, in: Corridor.specification, seeds: 0...1, episodes: 2, settings: settings)
    }
    #expect(failure?.kind == .usage)
    #expect(failure?.description.contains(problem) == true, "\(failure?.description ?? "")")
  }
}

/// Acts at random and never learns.
private struct Chance: Agent, Module {
  let actions: Discrete

  func act(on _: UnsafeBufferPointer<Float>, isGreedy _: Bool, using generator: inout PCG64) -> Int
  {
    actions.sample(using: &generator)
  }
  func update(on _: [Episode<Int>], progress _: Double, using _: inout PCG64) -> UpdateReport {
    UpdateReport(entropy: 0, gradientNorm: 0)
  }
  func policyGradient(of _: Episode<Int>, using _: inout PCG64) -> [Float] { [] }
  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {}
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {}

  static let algorithm = Algorithm(name: "chance", summary: "Acts at random.", parts: []) {
    setting, _ in Chance(actions: setting.actionSpace)
  }
}
