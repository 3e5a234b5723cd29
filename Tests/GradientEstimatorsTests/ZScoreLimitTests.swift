import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct ZScoreLimitTests {
  /// The quantiles of the normal distribution in tables: two-sided 5 %, 1 % and 0.1 %.
  @Test(arguments: [(0.05, 1.959964), (0.01, 2.575829), (0.001, 3.290527), (1e-5, 4.417173)])
  func singleCoordinate(error: Double, limit: Double) {
    #expect(abs(zScoreLimit(coordinates: 1, familyWiseError: error) - limit) < 1e-5)
  }

  @Test func coordinatesShareTheError() {
    #expect(
      zScoreLimit(coordinates: 10, familyWiseError: 0.01)
        == zScoreLimit(coordinates: 1, familyWiseError: 0.001))
  }

  @Test func noCoordinatesStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = zScoreLimit(coordinates: 0, familyWiseError: 0.01) }
    expectMessage("no limit for 0 coordinates and the error 0.01", of: result)
  }
}
