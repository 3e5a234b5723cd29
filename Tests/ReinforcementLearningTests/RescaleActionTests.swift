import ReinforcementLearning
import TestSupport
import Testing

@Suite struct RescaleActionTests {
  @Test func mapsTheBoundsLinearly() {
    var environment = RescaleAction(Echo())
    _ = environment.reset()
    #expect(environment.actionSpace == Box(low: -1, high: 1, count: 2))
    #expect(environment.step([-1, 1]).observation == [-2, 10])
    #expect(environment.step([1, -1]).observation == [2, 0])
    #expect(environment.step([0.5, 0]).observation == [1, 5])
  }

  @Test func eachScalarCanHaveItsOwnBounds() {
    let bounds = Box(low: [0, 100], high: [1, 200])
    var environment = RescaleAction(Echo(), actionSpace: bounds)
    _ = environment.reset()
    #expect(environment.actionSpace == bounds)
    #expect(environment.step([0.25, 120]).observation == [-1, 2])
  }

  @Test func boundsMapExactly() {
    let odd = Box(low: [-0.3, 1.1], high: [0.7, 1.7])
    var environment = RescaleAction(Echo(actionSpace: odd), low: -0.1, high: 0.9)
    _ = environment.reset()
    #expect(environment.step([-0.1, -0.1]).observation == odd.low)
    #expect(environment.step([0.9, 0.9]).observation == odd.high)
  }

  @Test func combinesWithClipping() {
    var environment = ClipAction(RescaleAction(Echo()))
    _ = environment.reset()
    #expect(environment.step([-7, 7]).observation == [-2, 10])
  }

  @Test func equalBoundsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RescaleAction(Echo(), low: 1, high: 1) }
    expectMessage("The bounds to rescale from are equal: 1.0", of: result)
  }

  @Test func infiniteBoundsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = RescaleAction(ClipAction(Echo())) }
    expectMessage("Only finite bounds can be rescaled", of: result)
  }
}
