import Testing

@testable import Agents

@Suite struct PresetPPOTests {
  /// What follows a time limit is bootstrapped, and steps are small, wherever nothing was tuned.
  @Test(arguments: ["cartpole", "lunarlander", "pendulum", "inverted-pendulum", "corridor"])
  func presetsHaveTheMethodsUsualForm(environment: String) {
    let preset = Preset.tuned(algorithm: "ppo", environment: environment)
    #expect(preset == Preset.paper(algorithm: "ppo", environment: environment))
    #expect(preset.environments >= 4 && preset.rolloutSteps != nil && preset.steps != nil)
    #expect(!preset.hyperparameters.usesTime)
    #expect(preset.hyperparameters.clipRange == 0.2)
    #expect(preset.hyperparameters.maximumGradientNorm != nil)
    #expect(preset.hyperparameters.learningRateSchedule == .linear)
  }

  @Test func continuousActionsHaveNoBonus() {
    for environment in ["pendulum", "inverted-pendulum"] {
      let preset = Preset.tuned(algorithm: "ppo", environment: environment)
      #expect(preset.hyperparameters.entropyCoefficient == 0)
    }
  }
}
