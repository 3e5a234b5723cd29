import ReinforcementLearning
import TestSupport
import Testing

@Suite struct ActionRepeatTests {
  @Test func addsUpTheRewardsOfItsSteps() {
    var environment = ActionRepeat(Corridor(), count: 3)
    _ = environment.reset(seed: 0, options: ["cell": 2])
    let step = environment.step(1)
    #expect(step.observation == SIMD2(5, 3))
    #expect(step.reward == -3)
    #expect(step.info == ["cell": 5])
    #expect(!step.isLast)
  }

  @Test func stopsAtTheEnd() {
    var environment = ActionRepeat(Corridor(), count: 5)
    _ = environment.reset(seed: 0, options: ["cell": 6])
    let step = environment.step(1)
    #expect(step.observation == SIMD2(8, 2))
    #expect(step.reward == 9)
    #expect(step.isTerminated)
  }

  @Test func stopsAtATimeLimitInside() {
    var environment = ActionRepeat(TimeLimit(Corridor(), maxEpisodeSteps: 2), count: 5)
    _ = environment.reset(seed: 0)
    let step = environment.step(0)
    #expect(step.observation[1] == 2)
    #expect(step.isTruncated && !step.isTerminated)
  }

  @Test func aTimeLimitOutsideCountsDecisions() {
    var environment = TimeLimit(ActionRepeat(Corridor(), count: 5), maxEpisodeSteps: 2)
    _ = environment.reset(seed: 0)
    #expect(!environment.step(0).isLast)
    #expect(environment.step(0).isTruncated)
  }

  @Test func noRepetitionStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ActionRepeat(Corridor(), count: 0) }
    expectMessage("at least once; got 0", of: result)
  }
}
