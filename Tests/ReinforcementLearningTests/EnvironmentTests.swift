import ReinforcementLearning
import Testing

@Suite struct EnvironmentTests {
  @Test(arguments: [false, true], [false, true])
  func isLastForEitherReason(isTerminated: Bool, isTruncated: Bool) {
    let step = Step(
      observation: [Float](), reward: 0, isTerminated: isTerminated, isTruncated: isTruncated)
    #expect(step.isLast == (isTerminated || isTruncated))
  }

  @Test func resetWithoutArgumentsPassesNoSeed() {
    var corridor = Corridor()
    _ = corridor.reset(seed: 4)
    #expect(corridor.seed == 4)
    _ = corridor.reset()
    #expect(corridor.seed == nil)
  }

  @Test func aCopyIsASnapshot() {
    var corridor = Corridor()
    _ = corridor.reset(seed: 1)
    var copy = corridor
    _ = corridor.step(1)
    #expect(copy.steps == 0)
    #expect(copy.step(1).observation == corridor.observation)
  }

  @Test func theKindOfActionsCanBeToldAtRunTime() {
    let environments: [any Environment] = [
      TimeLimit(Corridor(), maxEpisodeSteps: 3), TimeLimit(Echo(), maxEpisodeSteps: 3),
    ]
    #expect(environments.map { $0 is any Environment<Discrete> } == [true, false])
    #expect(environments.map { $0 is any Environment<Box> } == [false, true])
  }
}
