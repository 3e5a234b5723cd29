import AgentExperiments
import Agents
import Experiments
import Files
import Foundation
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct AgentSettingsTests {
  private func settings(
    _ flags: String, file: String = "{}", in context: AgentSettings.Context = context()
  ) throws(Failure) -> AgentSettings {
    try AgentSettings(
      flags: values(flags), file: SettingValues(parsing: Data(file.utf8), from: "a.json"),
      in: context)
  }

  private func message(_ body: () throws -> Void) throws -> String {
    let failure = try #require(#expect(throws: Failure.self, performing: body))
    #expect(failure.kind == .usage)
    return failure.description
  }

  @Test func laysFlagsOverTheFileOverThePreset() throws {
    let found = try settings(
      "env=corridor seed=9 discount=0.25",
      file: #"{"seed": 1, "episodes": 2, "discount": 0.5, "entropy": 3}"#)
    #expect(found.seed == 9)
    #expect(found.episodes == 2)
    #expect(found.hyperparameters.discount == 0.25)
    #expect(found.hyperparameters.entropyCoefficient == 3)
    #expect(found.hyperparameters.learningRate == 0.003)
  }

  @Test func takesThePresetOfTheAlgorithmInTheEnvironment() throws {
    for preset in AgentSettings.PresetName.allCases {
      for specification in context().environments.specifications {
        let actions = try #require(specification.make().actionSpace as? any PolicySpace)
        for algorithm in Algorithm.all where algorithm.supports(actions) {
          let (name, other) = (algorithm.name, specification.name)
          let found = try settings("env=\(other) algo=\(name) preset=\(preset.rawValue)")
          let expected =
            preset == .paper
            ? Preset.paper(algorithm: name, environment: other)
            : Preset.tuned(algorithm: name, environment: other)
          #expect(found.hyperparameters == expected.hyperparameters)
          #expect(found.episodes == expected.episodes && found.steps == expected.steps)
          #expect(found.batchEpisodes == expected.episodesPerBatch)
          // Whatever a preset says is legal, also in a file.
          #expect(try settings("", file: found.json.description) == found)
        }
      }
    }
  }

  @Test func findsNamesInAnyForm() throws {
    let found = try settings("env=CARTPOLE-v1 algo=A2C")
    #expect(found.environment == "cartpole" && found.algorithm == "a2c")
    #expect(try settings("env=hall").runName == "corridor-relax-0")
    let file = #"{"environment": "CartPole-v1", "algorithm": "reinforce", "preset": "paper"}"#
    #expect(try settings("", file: file).hyperparameters.hiddenSizes == [10, 10])
    #expect(try settings("preset=tuned", file: file).hyperparameters.hiddenSizes == [64, 64])
  }

  @Test func aStepLimitAloneIsNotCutByThePreset() throws {
    #expect(try settings("env=corridor steps=5000000").episodes >= 5_000_000)
    #expect(try settings("env=corridor steps=5000000 episodes=3").episodes == 3)
  }

  /// The lander's preset has λ-returns.
  @Test func formsWithoutVHaveWholeReturns() throws {
    func lambda(_ flags: String) throws -> Double {
      try settings("env=lunarlander \(flags)").hyperparameters.advantageLambda
    }
    #expect(try lambda("") < 1 && lambda("cv-form=trajectory") < 1)
    #expect(try lambda("cv-form=relaxation") == 1 && lambda("cv-form=value") == 1)
    #expect(try lambda("preset=paper") == 1)
  }

  @Test(arguments: [
    ("", "There is nothing to train in; name an environment with --env: cartpole"),
    ("env=cartpol", "no environment \"cartpol\"; did you mean \"cartpole\"? Available: cartpole"),
    (
      "env=corridor algo=relux",
      "There is no algorithm \"relux\"; did you mean \"relax\"? Available: relax, lax, a2c, "
        + "reinforce, ipg, ppo, ddpg, td3, sac, dqn, running-mean, constant-baseline, nvil, "
        + "relax-memory, reinforce-memory."
    ),
    ("env=corridor eval-every=5 eval-episodes=0", "set --eval-episodes to 1 or more"),
    ("env=payer solve-stop=true", "payer has no reward threshold to be solved by"),
    (
      "env=corridor algo=reinforce cv-steps=2", "--cv-steps has no part in reinforce; leave it out."
    ),
    ("env=corridor algo=a2c trajectory-lambda=1", "--trajectory-lambda has no part in a2c"),
    (
      "env=corridor cv-form=relaxation gae-lambda=0.9",
      "--gae-lambda below 1 puts V(s) in the place of later rewards, and --cv-form relaxation has no V"
    ),
    ("learning-rate=nan", "--learning-rate is nan, but must be a number from 0 to 10."),
    ("learning-rate=-1", "--learning-rate is -1, but must be"),
    ("hidden=64,0", "--hidden is 64,0, but must be layer widths from 1 to 4096"),
    ("activation=gelu", "--activation is gelu, but must be tanh, relu or elu."),
    ("variance-episodes=1", "--variance-episodes is 1, but must be an integer of 2 or more."),
    ("episodes=9223372036854775807", "--episodes is 9223372036854775807, but must be an integer"),
    ("return-scale=1e-50", "--return-scale is 1e-50, but must be a number above 0"),
    ("seed=-1", "--seed is -1, but must be"),
    (
      "env=corridor algo=ppo rollout-steps=32 batch-episodes=4",
      "--batch-episodes has no part in ppo; leave it out."
    ),
  ])
  func refusesWhatCannotBeTrained(flags: String, problem: String) throws {
    let names = context(EnvironmentSpecification(name: "payer", make: { Payer() }))
    let found = try message { _ = try settings(flags, in: names) }
    #expect(found.contains(problem), "\(found)")
  }

  @Test(arguments: [
    (#"{"episode": 1}"#, "there is no setting \"episode\"; did you mean episodes?"),
    (#"{"variance-every": 1}"#, "did you mean variance_every?"),
    (#"{"gamma": 1}"#, "did you mean discount?"),
    (#"{"hyperparameters": {}}"#, "there is no setting \"hyperparameters\""),
    (#"{"preset": "best"}"#, "preset is \"best\", but must be tuned or paper."),
    (#"{"seed": "1"}"#, "seed is \"1\", but must be an integer"),
    (#"{"seed": null}"#, "seed is null, but must be"),
    (#"{"seed": 1, "seed": 2}"#, "seed"), (#"{"seed": 1,}"#, "is not JSON"),
    ("[1]", "holds no JSON object"), ("{", "is not JSON"),
  ])
  func saysWhatIsWrongWithAFile(text: String, problem: String) throws {
    let found = try message { _ = try settings("env=corridor", file: text) }
    #expect(found.hasPrefix("a.json") && found.contains(problem), "\(found)")
  }

  @Test func onlyWhatTheAlgorithmUsesIsWritten() throws {
    func keys(_ algorithm: String) throws -> Set<String> {
      Set(try settings("env=corridor algo=\(algorithm)").json.members?.map(\.name) ?? [])
    }
    let (reinforce, a2c, relax) = (try keys("reinforce"), try keys("a2c"), try keys("relax"))
    #expect(reinforce.isStrictSubset(of: a2c) && a2c.isStrictSubset(of: relax))
    #expect(reinforce.isSuperset(of: ["environment", "seed", "learning_rate", "discount"]))
    #expect(a2c.subtracting(reinforce).contains("value_steps"))
    #expect(relax.subtracting(a2c).contains("trajectory_lambda"))
    let replay = Set(
      try settings("env=lunarlander-continuous algo=td3").json.members?.map(\.name) ?? [])
    #expect(replay.isSuperset(of: reinforce) && replay.contains("target_rate"))
    #expect(replay.intersection(relax) == reinforce)
    let proximal = try keys("ppo")
    // Its batches are counted in steps.
    #expect(reinforce.subtracting(proximal) == ["batch_episodes"])
    #expect(proximal.contains("gae_lambda") && proximal.contains("rollout_steps"))
    #expect(proximal.contains("value_learning_rate") && !proximal.contains("value_steps"))
    let dqn = try keys("dqn")
    #expect(dqn.intersection(replay).isStrictSuperset(of: reinforce.intersection(dqn)))
    #expect(dqn.contains("epsilon_end") && !dqn.contains("critic_learning_rate"))
    let memory = try keys("relax-memory")
    #expect(memory.isSubset(of: relax.union(["memory"])) && memory.contains("memory"))
    #expect(
      relax.union(replay).union(proximal).union(dqn).union(memory)
        == Set(AgentSettings.all.map(\.key)))
  }

  /// A property without a setting could be neither read from a file nor checked.
  @Test func everyPropertyHasASetting() throws {
    let settings = try settings("env=corridor")
    func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
    // The parts of the algorithm and the hyper-parameters as such are none.
    #expect(AgentSettings.all.count == count(settings) - 2 + count(settings.hyperparameters))
    #expect(Set(AgentSettings.all.map(\.flag)).count == AgentSettings.all.count)
    #expect(Set(AgentSettings.all.map(\.key)).count == AgentSettings.all.count)
  }

  @Test(arguments: AgentSettings.all.map(\.flag))
  func everySettingChangesItselfAlone(flag: String) throws {
    let setting = AgentSettings.setting(flag)
    // One of these algorithms has it.
    let some = try [
      "env=mountaincar algo=relax", "env=lunarlander-continuous algo=td3",
      "env=lunarlander-continuous algo=ppo", "env=corridor algo=dqn",
      "env=mountaincar algo=relax-memory",
    ].map { try settings($0) }
    // Parts of episodes are not enough for the first of them.
    let fitting = some.dropFirst(flag == "rollout-steps" ? 1 : 0)
    let usual = try #require(fitting.first { $0.relevant.contains { $0.flag == flag } })
    let texts = [
      "2", "0.5", "paper", "relu", "sgd", "linear", "running", "value", "a2c", "cartpole",
      "head", "3",
    ]
    let text = try #require(
      (texts + ["true", "false"]).first { text in
        (try? setting.parse(text)).map { $0 != setting.get(usual) } == true
          && (flag != "env" || text == "cartpole") && (flag != "algo" || text == "a2c")
      })
    var flags = SettingValues(usual)
    flags[setting] = try setting.parse(text)
    let changed = try AgentSettings(flags: .init(), file: flags, in: context())
    for other in AgentSettings.all {
      #expect((other.get(changed) != other.get(usual)) == (other.flag == flag), "\(other.flag)")
    }
    #expect(try settings("", file: changed.json.description) == changed)
  }
}
