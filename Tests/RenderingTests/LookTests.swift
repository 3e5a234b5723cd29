import Testing

@testable import Rendering

@Suite struct LookTests {
  private func chart(_ names: String..., band: Bool = false) -> Chart {
    Chart(
      xLabel: "", yLabel: "",
      series: names.map {
        Series(name: $0, x: [0], y: [0], band: band ? .init(low: [0], high: [0]) : nil)
      })
  }

  @Test func seventeenSeriesLookDifferent() {
    let series = (0..<17).map { Series(name: "\($0)", x: [], y: []) }
    let looks = LookAssignment([Chart(xLabel: "", yLabel: "", series: series)]).looks[0]
    #expect(Set(looks).count == 17)
    #expect(looks[7].style == .solid && looks[8].style == .dashed)
    #expect(looks[8].color == looks[0].color)
  }

  @Test func whatASeriesSaysGoesFirst() {
    let series = Series(name: "a", x: [], y: [], style: .dotted, color: Color(0x123456))
    let look = Look(of: series, named: Look.assigned(to: ["b"])[0])
    #expect(look.style == .dotted && look.color == Color(0x123456))
  }

  @Test func knownNamesHaveTheirLooksWhereverTheyStand() {
    let looks = Look.assigned(to: ["mine", "relax", "a2c", "relax:cv-steps=5"])
    #expect(looks[1] == Look.subjects["relax"] && looks[2] == Look.subjects["a2c"])
    #expect(Set(looks).count == 4)
    #expect(Look.assigned(to: ["relax:cv-steps=5"]) == [looks[1]])
    #expect(Look.assigned(to: ["a2c", "relax"]) == [looks[2], looks[1]])
    // More than there are looks begin again.
    #expect(Look.assigned(to: (0..<60).map { "\($0)" }).count == 60)
  }

  @Test func panelsWithCommonNamesShareALegend() {
    let assignment = LookAssignment([chart("a", "b"), chart("x", "y"), chart("b", "c", band: true)])
    #expect(assignment.sharedEntries.map(\.name) == ["a", "b", "c"])
    #expect(assignment.sharedEntries.map(\.hasBand) == [false, true, true])
    #expect(assignment.ownEntries.map { $0.map(\.name) } == [[], ["x", "y"], []])
    #expect(assignment.looks[0][1] == assignment.looks[2][0])
    #expect(assignment.looks[0][0] == assignment.looks[1][0])
  }

  @Test func unnamedSeriesHaveALookButNoEntry() {
    let assignment = LookAssignment([chart("", "a", ""), chart("")])
    #expect(Set(assignment.looks[0]).count == 3)
    #expect(assignment.ownEntries.map { $0.map(\.name) } == [["a"], []])
    #expect(assignment.sharedEntries.isEmpty)
  }

  @Test func oneNameWithTwoLooksHasTwoEntries() {
    let series = [nil, Color(0x123456)].map { Series(name: "a", x: [], y: [], color: $0) }
    let assignment = LookAssignment([Chart(xLabel: "", yLabel: "", series: series + series)])
    #expect(assignment.ownEntries[0].count == 2)
  }
}
