import Testing

@testable import Rendering

@Suite struct ChartAxesTests {
  @Test func axesSpanLinesAndBands() {
    let chart = Chart(
      xLabel: "", yLabel: "",
      series: [
        Series(name: "a", x: [0, 4], y: [1, 2], band: .init(low: [-10, .nan], high: [3, 10])),
        Series(name: "b", x: [9, .nan, 8], y: [.nan, 1000, 0]),
      ])
    // A point counts only as a whole.
    #expect(chart.xAxis.lower == 0 && chart.xAxis.upper == 8)
    #expect(chart.yAxis.lower == -11 && chart.yAxis.upper == 11)
    #expect(!chart.isEmpty)
  }

  @Test func yRangeGoesFirst() {
    let series = Series(name: "a", x: [1, 2], y: [-50, 50])
    let chart = Chart(xLabel: "", yLabel: "", series: [series], yRange: 0...1)
    #expect(chart.yAxis.lower == 0 && chart.yAxis.upper == 1)
  }

  @Test func whatHasNoPlaceIsNoData() {
    let series = Series(name: "a", x: [0, 1, -1], y: [1, .infinity, 2])
    #expect(Chart(xLabel: "", yLabel: "", series: [series], xScale: .logarithmic).isEmpty)
    #expect(!Chart(xLabel: "", yLabel: "", series: [series]).isEmpty)
    #expect(Chart(xLabel: "", yLabel: "", series: []).isEmpty)
  }

  @Test func runsAreSplitAtGaps() {
    #expect(finiteRuns(of: []) == [])
    #expect(finiteRuns(of: [false]) == [])
    #expect(finiteRuns(of: [true, true]) == [0..<2])
    #expect(finiteRuns(of: [false, true, false, true, true]) == [1..<2, 3..<5])
  }
}
