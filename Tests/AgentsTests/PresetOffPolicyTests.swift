import Testing

@testable import Agents

@Suite struct PresetOffPolicyTests {
  /// RL Baselines3 Zoo's lines of Pendulum.
  @Test(arguments: ["ddpg", "td3"])
  func pendulumOfDeterministicPolicies(algorithm: String) {
    let preset = Preset.offPolicy(algorithm: algorithm, environment: "pendulum")
    let some = preset.hyperparameters
    #expect(preset.steps == 20_000)
    #expect(some.hiddenSizes == [400, 300] && some.activation == .relu)
    #expect(some.learningRate == 0.001 && some.criticLearningRate == 0.001)
    #expect(some.discount == 0.98 && some.bufferSize == 200_000)
    #expect(some.learningStarts == 10_000 && some.explorationNoise == 0.1)
    #expect(some.replayBatchSize == 256 && some.targetRate == 0.005)
  }

  @Test func pendulumOfSAC() {
    let preset = Preset.offPolicy(algorithm: "sac", environment: "pendulum")
    let some = preset.hyperparameters
    #expect(preset.steps == 20_000)
    #expect(some.hiddenSizes == [256, 256] && some.discount == 0.99)
    #expect(some.learningRate == 0.001 && some.criticLearningRate == 0.001)
    #expect(some.learningStarts == 100 && some.learnsTemperature && some.temperature == 1)
  }

  /// The budgets of RL Baselines3 Zoo, and its lines of MountainCar.
  @Test func dqn() {
    let cart = Preset.offPolicy(algorithm: "dqn", environment: "cartpole")
    #expect(cart.steps == 50_000 && cart.rolloutSteps == 64)
    #expect(cart.hyperparameters.returnSteps == 20 && cart.hyperparameters.discount == 0.995)
    let lander = Preset.tuned(algorithm: "dqn", environment: "lunarlander")
    #expect(lander.steps == 100_000 && lander.hyperparameters.learningRateSchedule == .linear)
    let other = Preset.offPolicy(algorithm: "dqn", environment: "somewhere")
    #expect(other.hyperparameters == lander.hyperparameters && other.steps == nil)
    let car = Preset.offPolicy(algorithm: "dqn", environment: "mountaincar")
    #expect(car.steps == 120_000 && car.rolloutSteps == nil)
    #expect(car.hyperparameters.learningRate == 0.004 && car.hyperparameters.targetEvery == 300)
    #expect(car.hyperparameters.hiddenSizes == [256, 256] && car.hyperparameters.targetRate == 1)
  }

  @Test func othersHaveTheDefaultsOfTheirLibrary() {
    let preset = Preset.offPolicy(algorithm: "sac", environment: "somewhere")
    #expect(preset.steps == nil)
    #expect(preset.hyperparameters.learningRate == 0.0003)
    let hopper = Preset.offPolicy(algorithm: "sac", environment: "hopper")
    #expect(hopper.steps == 1_000_000 && hopper.hyperparameters.criticLearningRate == 0.001)
  }

  /// Narrower than those of others.
  @Test func landerAndPole() {
    let lander = Preset.offPolicy(algorithm: "sac", environment: "lunarlander-continuous")
    #expect(lander.steps == 300_000 && lander.hyperparameters.learningRateSchedule == .linear)
    let landerTD3 = Preset.offPolicy(algorithm: "td3", environment: "lunarlander-continuous")
    #expect(landerTD3.steps == 300_000 && landerTD3.hyperparameters.learningRate == 0.001)
    #expect(landerTD3.hyperparameters.discount == 0.99)
    for preset in [lander, landerTD3] {
      #expect(preset.hyperparameters.hiddenSizes == [128, 128])
      #expect(preset.hyperparameters.replayBatchSize == 128)
    }
    let pole = Preset.offPolicy(algorithm: "ddpg", environment: "inverted-pendulum")
    #expect(pole.steps == 50_000 && pole.hyperparameters.hiddenSizes == [64, 64])
  }
}
