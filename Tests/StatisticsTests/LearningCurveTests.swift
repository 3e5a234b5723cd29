import Statistics
import TestSupport
import Testing

@Suite struct LearningCurveTests {
  private let tracks = [
    LearningCurve.Track(positions: [1, 2, 3, 4], values: [10, 20, 30, 40]),
    LearningCurve.Track(positions: [1, 2, 3], values: [0, 0, 60]),
    LearningCurve.Track(positions: [1, 2, 3, 4, 5], values: [2, 4, 6, 8, 9]),
  ]

  @Test func goesAsFarAsAllRuns() {
    let curve = LearningCurve(tracks, at: [1, 2, 3, 4, 5])
    #expect(curve.x == [1, 2, 3])
    #expect(curve.median == [2, 4, 30])
    #expect(curve.lowerQuartile == [1, 2, 18])
    #expect(curve.upperQuartile == [6, 12, 45])
  }

  @Test func takesWhatWasMeasuredLast() {
    let tracks = [
      LearningCurve.Track(positions: [10, 25], values: [1, 2]),
      LearningCurve.Track(positions: [12, 20, 40], values: [5, 6, 7]),
    ]
    let curve = LearningCurve(tracks, at: [0, 10, 12, 19, 20, 25, 26])
    #expect(curve.x == [12, 19, 20, 25])
    #expect(curve.median == [3, 3, 3.5, 4])
  }

  @Test func thereMayBeNothingToShow() {
    let empty = LearningCurve.Track(positions: [], values: [])
    #expect(LearningCurve([empty, tracks[0]], at: [1, 2]).x == [])
    let late = LearningCurve.Track(positions: [9], values: [1])
    #expect(LearningCurve([late, tracks[0]], at: [1, 2, 9]).x == [])
  }

  @Test func atANumberWithoutAValueTheProgramStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LearningCurve.Track(positions: [1, 2], values: [1])
    }
    expectMessage("1 values at 2 positions", of: result)
  }
}
