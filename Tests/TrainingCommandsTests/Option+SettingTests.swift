import Testing

@testable import TrainingCommands

@Suite struct OptionSettingTests {
  @Test(arguments: [
    (Setting.learningRate, "Step size of the policy (0 to 10; default 0.003 or the preset's)."),
    (.seed, "Decides everything random in the run (0 or more; default 0)."),
    (.steps, "Steps after which to stop, at the end of an episode (1 or more; default none)."),
    (
      .hidden,
      "Widths of the policy's hidden layers "
        + "(1 to 4096 each, or none; default 64,64 or the preset's)."
    ),
  ])
  func helpNamesRangeAndDefault(setting: Setting, help: String) {
    #expect(setting.help.abstract == help)
  }

  @Test func everyFlagIsInTheHelp() {
    let help = command("train", "--help").transcript.output
    for setting in Setting.all {
      if let flag = setting.flag { #expect(help.contains("--\(flag)"), "\(flag)") }
    }
    for flag in ["--config", "--run-dir", "--quiet"] { #expect(help.contains(flag)) }
  }
}
