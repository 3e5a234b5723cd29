import Foundation
import Testing

@testable import TrainingCommands

@Suite struct RunConfigurationResolvingTests {
  @Test func laysFlagsOverTheFileOverThePreset() throws {
    let file = try SettingValues(
      parsing: Data(
        #"{"seed": 1, "episodes": 2, "hyperparameters": {"discount": 0.5, "entropy_coefficient": 3}}"#
          .utf8), from: "a.json")
    let resolved = try configuration(
      "--env", "corridor", "--seed", "9", "--discount", "0.25", file: file)
    #expect(resolved.seed == 9)
    #expect(resolved.episodes == 2)
    #expect(resolved.hyperparameters.discount == 0.25)
    #expect(resolved.hyperparameters.entropyCoefficient == 3)
    #expect(resolved.hyperparameters.learningRate == 0.003)
  }

  @Test func findsNamesInAnyForm() throws {
    let resolved = try configuration("--env", "CARTPOLE-v1", "--algo", "A2C")
    #expect(resolved.environment == "cartpole")
    #expect(resolved.algorithm == "a2c")
    #expect(try configuration("--env", "hall").environment == "corridor")
    #expect(try configuration("--env", "hall").algorithm == "relax")
  }

  @Test func takesNamesAndThePresetFromTheFile() throws {
    let file = try SettingValues(
      parsing: Data(
        #"{"environment": "CartPole-v1", "algorithm": "reinforce", "preset": "paper"}"#.utf8),
      from: "a.json")
    let resolved = try configuration(file: file)
    #expect(resolved.environment == "cartpole")
    #expect(resolved.algorithm == "reinforce")
    #expect(resolved.hyperparameters.hiddenSizes == [10, 10])
    #expect(
      try configuration("--preset", "tuned", file: file).hyperparameters.hiddenSizes == [64, 64])
  }

  @Test func aStepLimitAloneIsNotCutByThePreset() throws {
    #expect(try configuration("--env", "corridor", "--steps", "5000000").episodes == 5_000_000)
    let both = try configuration("--env", "corridor", "--steps", "5000000", "--episodes", "3")
    #expect(both.episodes == 3)
    #expect(both.steps == 5_000_000)
  }

  @Test(arguments: [
    ([], "There is nothing to train in; name an environment with --env: cartpole"),
    (["--env", "cartpol"], "did you mean \"cartpole\"? Available: cartpole"),
    (
      ["--env", "corridor", "--algo", "relux"],
      "There is no algorithm \"relux\"; did you mean \"relax\"? Available: relax, a2c, reinforce."
    ),
    (
      ["--env", "corridor", "--eval-every", "5", "--eval-episodes", "0"],
      "--eval-every needs episodes; set --eval-episodes to 1 or more"
    ),
  ])
  func refusesWhatCannotBeTrained(flags: [String], message: String) throws {
    let found = usageMessage {
      _ = try RunConfiguration(
        flags: TrainOptions.parse(flags).values(), file: .init(), environments: testEnvironments)
    }
    #expect(try #require(found).contains(message))
  }

  @Test func onlyWhatHasAThresholdCanBeSolved() throws {
    var environments = testEnvironments
    var endless = Corridor.specification
    endless.rewardThreshold = nil
    environments.register(endless)
    let message = usageMessage {
      _ = try RunConfiguration(
        flags: TrainOptions.parse(["--env", "corridor", "--solve-stop"]).values(), file: .init(),
        environments: environments)
    }
    #expect(message == "corridor has no reward threshold to be solved by; leave --solve-stop out")
  }
}
