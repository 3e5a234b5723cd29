import Files
import State
import Testing

@Suite struct OptionalStateTests {
  private struct Record: Stateful {
    var best: Double?
    var count: Int?
    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("best", &best)
      try visitor.visit("count", &count)
    }
  }

  /// A value that is there is restored into one that is not, and the other way round.
  @Test(arguments: [nil, 0.1 + 0.2, -.infinity] as [Double?])
  func numbersThatMayBeMissingAreKept(value: Double?) throws {
    var old = Record(best: value, count: value.map { _ in 7 })
    let file = try Checkpoint.contents(of: &old)
    for other in [Record(), Record(best: 3, count: 4)] {
      var new = other
      try Checkpoint.restore(file, from: "f", into: &new)
      #expect(new.best == old.best && new.count == old.count)
    }
  }
}
