import Agents
import ExperimentCommands
import ReinforcementLearning
import Testing
import TrainingCommands

@Suite struct ProgramTests {
  private static let commands = [
    "train", "compare", "tune", "evaluate", "record", "variance", "check", "list",
  ]

  @Test(arguments: [[]] + commands.map { [$0] })
  func helpSpeaksToUsers(command name: [String]) {
    for arguments in [name + ["--help"], ["help"] + name] {
      let outcome = command(arguments)
      #expect(outcome.code == 0 && outcome.notes.isEmpty)
      #expect(outcome.output.hasPrefix("OVERVIEW: "))
      // A word in two humps is Swift's, and so are its optionals and texts with a type.
      let internals = [/[a-z][A-Z]/, /Optional/, /\bnil\b/, /default: \w+\(/, /\[\]/]
      let allowed = ["TensorBoard", "LunarLander", "CartPole"]
      let text = allowed.reduce(outcome.output) { $0.replacing($1, with: "") }
      for pattern in internals {
        #expect(text.firstMatch(of: pattern) == nil)
      }
    }
    if name.isEmpty {
      let overview = command("--help").output
      for other in Self.commands { #expect(overview.contains("\n  \(other) ")) }
    }
  }

  @Test func helpNamesEverySettingWithItsRangeAndDefault() {
    let words = command("train", "--help").output.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    for text in [
      "--learning-rate <x> Step size of the policy (0 to 10; default 0.003).",
      "--cv-form <name>", "--solve-stop/--no-solve-stop", "--hidden <widths>", "--resume",
      "--tensorboard", "(tuned or paper; default tuned)",
    ] {
      #expect(words.contains(text), "\(text)")
    }
  }

  @Test func theVersionIsThePackages() {
    let outcome = command("--version")
    #expect(outcome.code == 0 && outcome.output == packageVersion + "\n")
  }

  @Test(arguments: [
    ([], "There is nothing to train in; name an environment with --env: cartpole"),
    (["fly"], "Unexpected argument 'fly'"), (["list", "--all"], "Unknown option '--all'"),
    (["check"], "Missing expected argument '--env"),
    (["evaluate", "x", "--gamma", "1"], "it is called --discount here"),
  ])
  func wrongUsageEndsWith64(arguments: [String], sentence: String) {
    let outcome = command(arguments)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.notes.hasPrefix("Error: ") && outcome.notes.contains(sentence))
  }

  @Test func listsWhatCanBeNamed() {
    let outcome = command("list")
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    func hasLine(_ words: String...) -> Bool {
      lines.contains { line in words.allSatisfy(line.contains) }
    }
    #expect(hasLine("corridor", "hall", " 2 ", " 20 ", "Walk to the right."))
    #expect(hasLine("lunarlander-continuous", "2 continuous", "1000", "200"))
    #expect(hasLine("relax", "learned control variate"))
    let preset = Preset.tuned(algorithm: "relax", environment: "lunarlander")
    #expect(hasLine("tuned", "lunarlander", "relax", " \(preset.episodes) "))
    #expect(hasLine("paper", "cartpole", "10,10", "relu"))
    #expect(hasLine("lax", " continuous ") && hasLine("a2c", "discrete, continuous"))
    #expect(hasLine("tuned", "lunarlander-continuous", "lax"))
    #expect(hasLine("matching-100", "100 binary", " 1 ", "-0.0603"))
    // A preset is listed once, with all that it is for.
    #expect(hasLine("tuned", "cartpole, mountaincar"))
    #expect(lines.count { $0.hasPrefix("paper   relax, a2c") && $0.contains(" cartpole") } == 1)
    // What the paper does not know has no settings of it.
    #expect(hasLine("tuned", "ppo") && !hasLine("paper", "ppo") && !hasLine("paper", "td3"))
  }

  @Test(arguments: [
    ("cartpole", "CartPole-v1", 500, 475.0 as Double?), ("cartpole-v0", "CartPole-v0", 200, 195),
    ("acrobot", "Acrobot-v1", 500, -100), ("mountaincar", "MountainCar-v0", 200, -110),
    ("mountaincar-continuous", "MountainCarContinuous-v0", 999, 90),
    ("pendulum", "Pendulum-v1", 200, nil), ("lunarlander", "LunarLander-v3", 1000, 200),
    ("lunarlander-continuous", "LunarLanderContinuous-v3", 1000, 200),
    ("bipedalwalker", "BipedalWalker-v3", 1600, 300),
    ("bipedalwalker-hardcore", "BipedalWalkerHardcore-v3", 2000, 300),
  ])
  func knowsTheEnvironmentsOfThePackage(
    name: String, id: String, limit: Int, threshold: Double?
  ) throws {
    let specification = try EnvironmentRegistry.builtIn.specification(named: id)
    #expect(specification.name == name)
    #expect(specification.maxEpisodeSteps == limit && specification.rewardThreshold == threshold)
    #expect(specification.makeBase().observationSpace.count > 0)
  }

  @Test(arguments: [
    ("matching-1", 1, -0.205 as Double?), ("matching-10", 1, -0.0577), ("matching-100", 1, -0.0603),
    ("matching-1000", 1, -0.0604), ("matching-10x10", 10, -0.5775),
    ("continuous-matching-1", 1, -0.0792), ("continuous-matching-10", 1, -0.0974),
    ("continuous-matching-100", 1, -0.0997), ("continuous-matching-1000", 1, -0.1),
    ("continuous-matching-10x10", 10, -0.9743), ("subset-bandit", 1, 0.8625),
    ("contextual-bandit", 1, 1.0521), ("cartpole-actuators", 500, 475),
    ("pendulum-actuators", 200, nil),
  ])
  func knowsTheEnvironmentsOfSeveralActionsAtOnce(
    name: String, limit: Int, threshold: Double?
  ) throws {
    let specification = try EnvironmentRegistry.builtIn.specification(named: name)
    #expect(specification.name == name && specification.maxEpisodeSteps == limit)
    let difference = (specification.rewardThreshold ?? 0) - (threshold ?? 0)
    #expect(abs(difference) < 1e-4 && (specification.rewardThreshold == nil) == (threshold == nil))
  }

  @Test(arguments: [
    ("inverted-pendulum", "InvertedPendulum-v4", 950.0),
    ("inverted-double-pendulum", "InvertedDoublePendulum-v4", 9100), ("hopper", "Hopper-v4", 3800),
    ("half-cheetah", "HalfCheetah-v4", 4800),
  ])
  func environmentsOnMuJoCoAreThereOrComeWithTheirRemedy(
    name: String, id: String, threshold: Double
  ) throws {
    #if MuJoCo
      let specification = try EnvironmentRegistry.builtIn.specification(named: id)
      #expect(specification.name == name && specification.rewardThreshold == threshold)
      #expect(specification.maxEpisodeSteps == 1000)
    #else
      for name in [name, id] {
        for arguments in [["--env", name], ["check", "--env", name]] {
          let outcome = command(arguments)
          #expect(outcome.code == 64)
          #expect(
            outcome.notes.hasPrefix(
              """
              Error: This program was built without "\(name)"; run Scripts/setup --mujoco, then \
              swift build -c release --traits MuJoCo.
              """))
        }
      }
    #endif
  }

  @Test func checkTellsWhatIsWrongWithAnEnvironment() {
    let sound = command("check", "--env", "hall", "--steps", "100")
    #expect(sound.code == 0 && sound.output == "corridor keeps the contract.\n")
    let unsound = command("check", "--env", "abyss", "--steps", "100")
    #expect(unsound.code == 1)
    #expect(unsound.output.contains("error: The reward nan is not finite."))
    #expect(unsound.notes == "Error: abyss does not keep the contract of an environment.\n")
    let wide = command("check", "--env", "wide", "--steps", "2")
    #expect(wide.code == 1 && wide.output.contains("…] of 9000 scalars is not finite."))
    #expect(wide.output.count < 500)
    #expect(command("check", "--env", "abys").notes.contains("did you mean \"abyss\"?"))
    #expect(command("check", "--env", "abyss", "--steps", "0").code == 64)
  }
}
