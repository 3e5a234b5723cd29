import ClassicControl
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct TrainingTaskTests {
  private func task(_ name: String, actionRepeat: Int = 1) throws -> TrainingTask {
    try TrainingTask(
      testEnvironments.requiredSpecification(named: name), actionRepeat: actionRepeat,
      environments: testEnvironments)
  }

  @Test func knowsTheSpacesOfItsEnvironment() throws {
    let task = try task("cartpole")
    #expect(task.actionSpace == Discrete(2))
    #expect(task.observationSpace.count == 4)
    #expect(task.makeEnvironment() is TimeLimit<CartPole>)
  }

  @Test func countsTheTimeLimitInDecisions() throws {
    let task = try task("corridor", actionRepeat: 3)
    #expect(task.makeEnvironment() is ActionRepeat<TimeLimit<Corridor>>)
    #expect(task.setting(try configuration("--env", "corridor")).timeLimit == 7)
  }

  @Test func proposesTheDiscreteFormOfAnEnvironment() {
    let message = usageMessage { _ = try task("lunarlander-continuous") }
    #expect(
      message
        == "lunarlander-continuous takes continuous actions and the algorithms discrete ones; "
        + "train in lunarlander")
  }

  @Test func refusesObservationsThatContradictTheirSpace() {
    struct Liar: Environment {
      var base = Corridor()
      var actionSpace: Discrete { base.actionSpace }
      var observationSpace: Box { Box(low: 0, high: 1, count: 3) }
      mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
        base.reset(seed: seed)
      }
      mutating func step(_ action: Int) -> Step<SIMD2<Float>> { base.step(action) }
    }
    let specification = EnvironmentSpecification(name: "liar", make: { Liar() })
    let error = #expect(throws: CommandFailure.self) {
      try TrainingTask(specification, actionRepeat: 1, environments: testEnvironments)
    }
    #expect(
      error?.description
        == "liar gives observations of 2 scalars, but its observation space has 3; "
        + "make them agree in the environment")
  }

  @Test func makesANewEnvironmentEachTime() throws {
    var first = try #require(try task("corridor").makeEnvironment() as? TimeLimit<Corridor>)
    let second = try #require(try task("corridor").makeEnvironment() as? TimeLimit<Corridor>)
    _ = first.reset(seed: 1)
    #expect(first.elapsedSteps == 0)
    #expect(second.elapsedSteps == nil)
  }
}
