import Statistics
import Testing

@Suite struct DisplayTrackTests {
  @Test func manyPointsKeepTheirExtremes() {
    let x = (0..<10_000).map(Double.init)
    var y = x.map { $0 / 10_000 }
    y[5001] = 50
    y[7003] = -50
    let track = DisplayTrack(x: x, y: y, window: 20, limit: 100)
    #expect(track.x.count <= 100 && track.y.contains(50) && track.y.contains(-50))
    #expect(track.x == track.x.sorted())
    #expect(track.mean?.x.count ?? 0 <= 51 && track.mean?.x.last == 9999)
  }

  @Test func gapsStayAndRareValuesAreALine() throws {
    let x = (0..<100).map(Double.init)
    var y = x
    y[3] = .nan
    let track = DisplayTrack(x: x, y: y, window: 20, limit: 1000)
    #expect(track.y.count == 100 && track.y[3].isNaN)
    #expect(try #require(track.mean).y.allSatisfy(\.isFinite))
    let rare = DisplayTrack(
      x: x, y: x.map { $0.remainder(dividingBy: 10) == 0 ? $0 : .nan }, window: 20, limit: 1000)
    #expect(rare.x == Array(stride(from: 0, to: 100, by: 10)) && rare.mean == nil)
    let none = DisplayTrack(x: [], y: [], window: 1, limit: 4)
    #expect(none.x.isEmpty && none.mean == nil)
  }
}
