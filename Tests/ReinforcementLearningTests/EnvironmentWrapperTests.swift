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

  /// Wherever a wrapper puts what its base shows, a mask of actions is found there as it was.
  @Test func masksOfActionsAreKept() throws {
    func expectMask(_ environment: some Environment<Discrete>) throws {
      var (environment, walk) = (environment, MaskedWalk())
      var (shown, own) = (environment.reset(seed: 3).scalars, walk.reset(seed: 3).scalars)
      for _ in 0..<15 {
        let columns = try #require(environment.actionMask)
        #expect(Array(shown[columns]) == Array(own[1...2]))
        let action = own[1] == 1 ? 0 : 1
        (shown, own) = (
          environment.step(action).observation.scalars, walk.step(action).observation.scalars
        )
      }
    }
    try expectMask(MaskedWalk())
    try expectMask(TimeLimit(MaskedWalk(), maxEpisodeSteps: 20))
    try expectMask(TimeAwareObservation(MaskedWalk(), maxEpisodeSteps: 20))
    try expectMask(FrameStackObservation(MaskedWalk(), stackSize: 3))
    try expectMask(FrameStackObservation(MaskedWalk(), stackSize: 1, padding: .zero))
    try expectMask(NormalizeObservation(MaskedWalk()))
    try expectMask(
      FrameStackObservation(
        NormalizeObservation(TimeAwareObservation(MaskedWalk(), maxEpisodeSteps: 20)), stackSize: 2)
    )
  }

  /// A step of the wrapper ends where its action is allowed no more.
  @Test func forbiddenActionsAreNotRepeated() {
    var walk = ActionRepeat(MaskedWalk(), count: 10)
    var row = walk.reset(seed: 3)
    for action in [0, 1, 0] {
      if row[action + 1] == 0 { continue }
      row = walk.step(action).observation
      #expect(row[0] == (action == 0 ? 0 : 4))
    }
    #expect(checkEnvironment(ActionRepeat(MaskedWalk(), count: 3)).isEmpty)
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
