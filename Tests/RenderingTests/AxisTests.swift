import Testing

@testable import Rendering

@Suite struct AxisTests {
  @Test func spansTheValuesThatCanBeDrawn() {
    let linear = Axis(.linear, spanning: [3, .nan, -1, .infinity, 2])
    #expect(linear.lower == -1 && linear.upper == 3)
    let logarithmic = Axis(.logarithmic, spanning: [100, 0, -5, 1, .infinity])
    #expect(logarithmic.lower == 0 && logarithmic.upper == 2)
    let withMargin = Axis(.linear, spanning: [0, 10], margin: 0.1)
    #expect(withMargin.lower == -1 && withMargin.upper == 11)
  }

  @Test func hasAPlaceForEveryDrawableValue() {
    let axis = Axis(.linear, spanning: [-2, 2])
    #expect(axis.position(of: -2) == 0 && axis.position(of: 1) == 0.75)
    #expect(axis.position(of: .nan).isNaN && axis.position(of: .infinity).isNaN)
    let logarithmic = Axis(.logarithmic, spanning: [1, 10_000])
    #expect(logarithmic.position(of: 100) == 0.5)
    #expect(logarithmic.position(of: 0).isNaN && logarithmic.position(of: -1).isNaN)
  }

  @Test func nothingLiesFurtherThanCairoCounts() {
    let axis = Axis(.linear, spanning: [0, 1])
    #expect(axis.position(of: 1e300) == 100 && axis.position(of: -.greatestFiniteMagnitude) == -100)
  }

  @Test(arguments: [
    [], [.nan], [0], [5, 5], [-1e300], [1e9, 1e9 + 1e-6],
    [.leastNonzeroMagnitude, .leastNormalMagnitude],
    [-.greatestFiniteMagnitude, .greatestFiniteMagnitude], [.greatestFiniteMagnitude],
  ])
  func everyAxisHasAFiniteLength(values: [Double]) {
    for scale in [AxisScale.linear, .logarithmic] {
      let axis = Axis(scale, spanning: values, margin: 0.05)
      #expect(axis.lower < axis.upper && (axis.upper - axis.lower).isFinite)
      for value in values where scale == .linear && value.isFinite {
        #expect(axis.position(of: value).isFinite)
      }
    }
  }
}
