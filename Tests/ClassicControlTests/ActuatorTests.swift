import ClassicControl
import RandomNumbers
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct ActuatorTests {
  @Test func motorsInUnisonAreCartPole() {
    var (motors, single) = (CartPoleActuators(count: 10), CartPole())
    #expect(motors.reset(seed: 7) == single.reset(seed: 7))
    var generator = PCG64(seed: 1)
    for _ in 0..<60 {
      let action = generator.integers(0, 2)
      let (step, expected) = (
        motors.step(Array(repeating: action, count: 10)), single.step(action)
      )
      #expect(step.observation == expected.observation && step.reward == expected.reward)
      #expect(step.isTerminated == expected.isTerminated)
    }
  }

  @Test func theCartFeelsTheMeanOfThePushes() {
    let actions = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    var single = CartPole()
    _ = single.reset(seed: 7)
    let expected = single.step(force: -5)
    for action in actions {
      var motors = CartPoleActuators(count: 4)
      _ = motors.reset(seed: 7)
      #expect(motors.step(action).observation == expected.observation)
    }
  }

  @Test func motorsInUnisonArePendulum() {
    var (motors, single) = (PendulumActuators(count: 10), Pendulum())
    #expect(motors.reset(seed: 7) == single.reset(seed: 7))
    var generator = PCG64(seed: 1)
    for _ in 0..<60 {
      let torque = Float(generator.uniform(-2, 2))
      let (step, expected) = (
        motors.step(Array(repeating: torque, count: 10)), single.step([torque])
      )
      #expect(step.observation == expected.observation && step.reward == expected.reward)
    }
  }

  @Test func thePendulumFeelsTheMeanOfTheClippedTorques() {
    var (motors, single) = (PendulumActuators(count: 4), Pendulum())
    _ = (motors.reset(seed: 7), single.reset(seed: 7))
    let (step, expected) = (motors.step([.infinity, 2, -1, -1]), single.step([0.5]))
    #expect(step.observation == expected.observation && step.reward == expected.reward)
  }

  @Test func keepTheContractOfEnvironments() {
    #expect(checkEnvironment(CartPoleActuators()).isEmpty)
    #expect(checkEnvironment(PendulumActuators(count: 3)).isEmpty)
    for specification in CartPoleActuators.specifications + PendulumActuators.specifications {
      #expect(checkEnvironment(specification.make(), seed: 3).isEmpty)
    }
  }

  @Test func theirStateIsAllThatFollowsDependsOn() throws {
    var motors = CartPoleActuators()
    _ = motors.reset(seed: 1)
    let snapshot = try StateSnapshot(of: &motors)
    let action = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]
    let (step, start) = (motors.step(action), motors.reset())
    var other = CartPoleActuators()
    try snapshot.restore(&other)
    #expect(other.step(action).observation == step.observation)
    #expect(other.reset() == start)
  }

  @Test func registeredVersions() throws {
    let registry = EnvironmentRegistry(
      CartPoleActuators.specifications + PendulumActuators.specifications)
    let cart = try registry.specification(named: "cartpole-actuators")
    #expect(cart.maxEpisodeSteps == 500 && cart.rewardThreshold == 475)
    #expect(
      (cart.make() as? TimeLimit<CartPoleActuators>)?.actionSpace == MultiBinary(10))
    let pendulum = try registry.specification(named: "pendulum-actuators")
    #expect(pendulum.maxEpisodeSteps == 200 && pendulum.rewardThreshold == nil)
    #expect(
      (pendulum.make() as? TimeLimit<PendulumActuators>)?.actionSpace
        == Box(low: -2, high: 2, count: 10))
  }

  @Test func unknownPushesStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = CartPoleActuators(count: 2)
      _ = environment.reset(seed: 1)
      _ = environment.step([1])
    }
    expectMessage("Each of the 2 motors takes 0 or 1; got [1].", of: result)
  }

  @Test func forcesThatAreNotNumbersStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = CartPole()
      _ = environment.reset(seed: 1)
      _ = environment.step(force: .nan)
    }
    expectMessage("The force must be a finite number; got nan.", of: result)
  }

  @Test func torquesThatAreNotNumbersStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = PendulumActuators(count: 2)
      _ = environment.reset(seed: 1)
      _ = environment.step([0, .nan])
    }
    expectMessage("The action is a number for each of the 2 motors; got [0.0, nan].", of: result)
  }
}
