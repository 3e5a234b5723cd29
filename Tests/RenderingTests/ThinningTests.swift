import Testing

@testable import Rendering

@Suite struct ThinningTests {
  @Test func keepsWhatIsInItsOwnColumn() {
    let points = (0..<100).map { Point(x: Double($0) / 2, y: Double($0 * 37 % 11)) }
    #expect(thinned(points[...]) == points)
    #expect(thinned(points[10..<13]) == Array(points[10..<13]))
    #expect(thinned([]) == [])
  }

  @Test func keepsTheEndsAndExtremesOfAColumn() {
    let points = [5.0, 6, 9, 7, 8, 2, 3, 4].map { Point(x: 1.2, y: $0) }
    #expect(thinned(points[...]).map(\.y) == [5, 9, 2, 4])
    let rising = (0..<10).map { Point(x: 1, y: Double($0)) }
    #expect(thinned(rising[...]).map(\.y) == [0, 9])
    let equal = Array(repeating: Point(x: 1, y: 1), count: 5)
    #expect(thinned(equal[...]) == [equal[0], equal[0]])
  }

  @Test func goesBackWithTheLine() {
    let points = [0.0, 0.1, 0.2, 3, 0.2, 0.1].map { Point(x: $0, y: $0) }
    #expect(thinned(points[...]).map(\.x) == [0, 0.2, 3, 0.2, 0.1])
  }
}
