import ReinforcementLearning
import Testing

@Suite struct EnvironmentWrapperTests {
  typealias Stack = EpisodeStatistics<ActionRepeat<TimeLimit<Corridor>>>

  let stack = Stack(ActionRepeat(TimeLimit(Corridor(), maxEpisodeSteps: 9), count: 2))

  @Test func spacesArePassedThrough() {
    #expect(stack.observationSpace == Corridor().observationSpace)
    #expect(stack.actionSpace == Discrete(2))
  }

  @Test func seedAndOptionsReachTheBase() {
    var stack = stack
    let observation = stack.reset(seed: 3, options: ["cell": 5])
    #expect(observation == SIMD2(5, 0))
    #expect(stack.base.base.base.seed == 3)
  }

  @Test func baseCanBeChanged() {
    var stack = stack
    _ = stack.reset(seed: 3)
    stack.base.base.base = Corridor()
    #expect(stack.base.base.base.seed == nil)
  }

  @Test func unwrappedIsTheInnermost() {
    #expect(stack.unwrapped is Corridor)
    #expect(Corridor().unwrapped is Corridor)
    let erased: any Environment = stack
    #expect(erased.unwrapped is Corridor)
  }

  @Test func aCopyIsASnapshotOfTheWholeStack() {
    var stack = stack
    _ = stack.reset(seed: 3)
    var copy = stack
    let first = stack.step(1)
    let second = copy.step(1)
    #expect(first.observation == second.observation)
    #expect(stack.episodeReturn == copy.episodeReturn)
  }
}
