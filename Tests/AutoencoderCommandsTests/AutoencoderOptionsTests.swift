import DiscreteVAE
import ImageData
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderOptionsTests {
  private func configuration(_ flags: String...) throws -> AutoencoderConfiguration {
    try AutoencoderOptions.parse(flags).configuration()
  }

  @Test func withoutFlagsItIsThePreset() throws {
    #expect(try configuration() == AutoencoderConfiguration())
    for preset in AutoencoderConfiguration.presets {
      #expect(try configuration("--preset", preset.name) == preset.configuration)
    }
  }

  @Test func everyFlagTakesThePlaceOfThePresetsSetting() throws {
    let result = try configuration(
      "--preset", "paper", "--model", "nonlinear", "--estimator", "rloo", "--data", "folder",
      "--binarize", "dynamic", "--latents", "9", "--hidden", "12", "--batch", "8", "--steps", "70",
      "--pretrain-steps", "6", "--learning-rate", "0.5", "--cv-learning-rate", "0.4", "--cv-depth",
      "3", "--cv-width", "2", "--cv-weight-decay", "0.25", "--temperature", "1.5", "--samples", "4",
      "--seed", "18446744073709551615", "--eval-every", "10", "--variance-every", "30",
      "--checkpoint-every", "11")
    var expected = AutoencoderConfiguration()
    expected.model = .nonlinear
    expected.estimator = "rloo"
    expected.data = "folder"
    expected.binarize = .dynamic
    expected.latents = 9
    expected.hidden = 12
    expected.batch = 8
    expected.steps = 70
    expected.pretrainSteps = 6
    expected.learningRate = 0.5
    expected.cvLearningRate = 0.4
    expected.cvDepth = 3
    expected.cvWidth = 2
    expected.cvWeightDecay = 0.25
    expected.temperature = 1.5
    expected.samples = 4
    expected.seed = .max
    expected.evalEvery = 10
    expected.varianceEvery = 30
    expected.checkpointEvery = 11
    #expect(result == expected)
  }

  @Test func oneFlagLeavesTheOthersAlone() throws {
    var paper = AutoencoderConfiguration.presets[1].configuration
    paper.latents = 20
    #expect(paper.hidden == nil)
    #expect(try configuration("--preset", "paper", "--latents", "20") == paper)
    var base = AutoencoderConfiguration()
    base.batch = 3
    let options = try AutoencoderOptions.parse(["--steps", "5"])
    let result = try options.overriding(base)
    base.steps = 5
    #expect(result == base)
  }

  @Test(arguments: [
    (["--preset", "papers"], "There is no preset \"papers\"; choose --preset default or paper."),
    (
      ["--model", "linear3"],
      "There is no model \"linear3\"; choose --model from linear1, linear2, nonlinear, "
        + "nonlinear-published."
    ),
    (["--binarize", "fixed"], "--binarize is fixed; it must be static or dynamic."),
    (["--latents", "0"], "--latents is 0; it must be from 1 to 10000."),
    (
      ["--variance-every", "7"],
      "--variance-every is 7; it must be 0 or a multiple of --eval-every, which is 5000."
    ),
  ])
  func wrongValuesAreRefused(flags: [String], message: String) throws {
    let options = try AutoencoderOptions.parse(flags)
    #expect(usageMessage { _ = try options.configuration() } == message)
  }

  @Test(arguments: [["--steps", "x"], ["--seed", "-1"], ["--latents", "1.5"], ["--speed", "1"]])
  func whatIsNoNumberIsRefused(flags: [String]) {
    #expect(throws: (any Error).self) { try AutoencoderOptions.parse(flags) }
  }
}
