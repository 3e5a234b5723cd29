import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct EnvironmentRegistryBuiltInTests {
  @Test(arguments: [
    ("cartpole", "CartPole-v1", 500, 475.0 as Double?), ("cartpole-v0", "CartPole-v0", 200, 195),
    ("acrobot", "Acrobot-v1", 500, -100), ("mountaincar", "MountainCar-v0", 200, -110),
    ("mountaincar-continuous", "MountainCarContinuous-v0", 999, 90),
    ("pendulum", "Pendulum-v1", 200, nil),
    ("lunarlander", "LunarLander-v3", 1000, 200),
    ("lunarlander-continuous", "LunarLanderContinuous-v3", 1000, 200),
  ])
  func knowsTheEnvironmentsOfThePackage(
    name: String, id: String, limit: Int, threshold: Double?
  ) throws {
    let specification = try EnvironmentRegistry.builtIn.specification(named: id)
    #expect(specification.name == name)
    #expect(specification.maxEpisodeSteps == limit)
    #expect(specification.rewardThreshold == threshold)
    #expect(specification.makeBase().observationSpace.count > 0)
  }
}
