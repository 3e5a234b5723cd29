import ReinforcementLearning
import TestSupport
import Testing

@Suite struct TimeLimitTests {
  @Test func truncatesFromTheLastStepOn() {
    var environment = TimeLimit(Corridor(), maxEpisodeSteps: 3)
    _ = environment.reset(seed: 0)
    let steps = (0..<5).map { _ in environment.step(0) }
    #expect(steps.map(\.isTruncated) == [false, false, true, true, true])
    #expect(steps.allSatisfy { !$0.isTerminated })
    #expect(steps[2].reward == -1)
    #expect(steps[2].observation[1] == 3)
  }

  @Test func terminationAndTruncationCanCoincide() {
    var environment = TimeLimit(Corridor(), maxEpisodeSteps: 2)
    _ = environment.reset(seed: 0, options: ["cell": 6])
    _ = environment.step(1)
    let last = environment.step(1)
    #expect(last.isTerminated && last.isTruncated)
  }

  @Test func terminationBeforeTheLimitIsNoTruncation() {
    var environment = TimeLimit(Corridor(), maxEpisodeSteps: 2)
    _ = environment.reset(seed: 0, options: ["cell": 7])
    let last = environment.step(1)
    #expect(last.isTerminated && !last.isTruncated)
  }

  @Test func resetStartsCountingAgain() {
    var environment = TimeLimit(Corridor(), maxEpisodeSteps: 2)
    #expect(environment.elapsedSteps == nil)
    for _ in 0..<2 {
      _ = environment.reset()
      #expect(environment.elapsedSteps == 0)
      #expect(!environment.step(0).isTruncated)
      #expect(environment.elapsedSteps == 1)
      #expect(environment.step(0).isTruncated)
    }
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = TimeLimit(Echo(), maxEpisodeSteps: 2)
      _ = environment.step([0, 0])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func limitWithoutStepsStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = TimeLimit(Echo(), maxEpisodeSteps: 0) }
    expectMessage("at least one step; got 0", of: result)
  }
}
