import Rendering
import TestSupport
import Testing

@Suite struct SeriesTests {
  @Test func refusesCoordinatesOfDifferentLength() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Series(name: "relax", x: [1, 2], y: [1])
    }
    expectMessage("\"relax\" has 2 x, but 1 y", of: result)
  }

  @Test func refusesBandsOfDifferentLength() async {
    let edges = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Series.Band(low: [1], high: [1, 2])
    }
    expectMessage("1 lower values, but 2 upper ones", of: edges)
    let length = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Series(name: "a2c", x: [1, 2], y: [1, 2], band: .init(low: [1], high: [1]))
    }
    expectMessage("\"a2c\" has 2 points, its band 1", of: length)
  }
}
