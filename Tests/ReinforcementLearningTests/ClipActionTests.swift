import ReinforcementLearning
import TestSupport
import Testing

@Suite struct ClipActionTests {
  @Test func movesActionsToTheNearestBound() {
    var environment = ClipAction(Echo())
    _ = environment.reset()
    #expect(environment.step([-3, 11]).observation == [-2, 10])
    #expect(environment.step([.infinity, -.infinity]).observation == [2, 0])
    #expect(environment.step([0.5, 7]).observation == [0.5, 7])
  }

  @Test func acceptsEverything() {
    #expect(
      ClipAction(Echo()).actionSpace == Box(low: -.infinity, high: .infinity, count: 2))
  }

  @Test func actionOfWrongLengthStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var environment = ClipAction(Echo())
      _ = environment.step([1])
    }
    expectMessage("The action has 1 scalars, but the environment takes 2.", of: result)
  }
}
