import NeuralNetworks
import Testing

@testable import Agents

@Suite struct PresetTests {
  @Test func unknownEnvironmentsHaveGeneralSettings() {
    let preset = Preset.tuned(algorithm: "relax", environment: "corridor")
    #expect(preset.hyperparameters == Hyperparameters())
    #expect(preset.episodes == 1000 && preset.episodesPerBatch == 1)
  }

  @Test func tunedEnvironmentsDiffer() {
    let pole = Preset.tuned(algorithm: "relax", environment: "cartpole")
    let lander = Preset.tuned(algorithm: "relax", environment: "lunarlander")
    #expect(pole.hyperparameters != lander.hyperparameters)
    #expect(lander.hyperparameters.returnScale == 100)
    #expect(pole.episodes > 0 && lander.episodes > 0)
  }

  /// Landing is learned from λ-returns where there is a V to make them from.
  @Test(arguments: [("lunarlander", "relax"), ("lunarlander-continuous", "lax")])
  func landersLearnFromLambdaReturns(environment: String, algorithm: String) {
    for name in [algorithm, "a2c"] {
      let preset = Preset.tuned(algorithm: name, environment: environment)
      #expect(preset.hyperparameters.advantageLambda == 0.9 && preset.episodes == 1500)
    }
    for name in ["nvil", "relax-memory"] {
      let preset = Preset.tuned(algorithm: name, environment: environment)
      #expect(preset.hyperparameters.advantageLambda == 1)
    }
  }

  /// The reward for one of D actions is a share of 1 / D, beside which any entropy would be large.
  @Test(arguments: ["matching-100", "continuous-matching-10x10"])
  func matchingLearnsWithoutEntropy(environment: String) {
    let preset = Preset.tuned(algorithm: "relax", environment: environment)
    #expect(preset.hyperparameters.entropyCoefficient == 0)
    #expect(preset.hyperparameters.returnScale == 0.1)
  }

  /// Where there is one step there is no V to be fitted, but the memory alone.
  @Test(arguments: [
    ("matching-10", 4), ("continuous-matching-1", 4), ("subset-bandit", 4), ("matching-10x10", 20),
    ("cartpole", 20), ("pendulum-actuators", 20),
  ])
  func memoriesOfOneStepAreFittedLess(environment: String, steps: Int) {
    let preset = Preset.tuned(algorithm: "reinforce-memory", environment: environment)
    #expect(preset.hyperparameters.valueSteps == steps)
  }

  /// Two layers of ten ReLU units, one step of everything an episode, c(z, s) without V and time.
  @Test(arguments: ["cartpole", "lunarlander"])
  func paperHasThePublishedSettings(environment: String) {
    let preset = Preset.paper(algorithm: "relax", environment: environment)
    let some = preset.hyperparameters
    #expect(some.hiddenSizes == [10, 10] && some.controlVariateHiddenSizes == [10, 10])
    #expect(some.activation == .relu)
    #expect(some.discount == 0.99 && some.entropyCoefficient == 0.01)
    #expect(some.controlVariateForm == .relaxation && !some.usesTime)
    #expect(some.windowEpisodes == 1 && some.valueSteps == 1 && some.controlVariateSteps == 1)
    #expect(some.maximumGradientNorm == nil && some.learningRateSchedule == .constant)
    #expect(preset.episodesPerBatch == 1)
  }
}
