import Parallelism
import State
import Testing

@testable import ManyMachines

/// What ranks share, in one process.
@Suite struct SharedWorkTests {
  @Test func aProcessThatNobodyHasStartedIsAlone() throws {
    let ranks = Ranks.alone
    #expect(ranks.isAlone && ranks.isFirst && ranks.processors == processorCount)
    #expect(try ranks.gather([1, 2], .silent) == [[1, 2]])
    #expect(try ranks.fromFirst("a", .silent) == "a")
    #expect(try ranks.receive() == nil && ranks.unsentCount == 0 && ranks.leader(of: 0) == 0)
    #expect(throws: Failure.failed("No.")) {
      try ranks.together(.silent) { () throws(Failure) in throw .failed("No.") }
    }
  }

  @Test func theLongestGoFirstToWhoeverHasTheLeast() {
    #expect(shares(of: [1, 5, 2, 4], among: 2) == [[1, 0], [3, 2]])
    #expect(shares(of: [3, 3, 3], among: 4) == [[0], [1], [2], []])
    // What costs nothing is dealt, too.
    #expect(shares(of: [0, 0, 0, 0], among: 2) == [[0, 2], [1, 3]])
    for count in 1...7 {
      let all = shares(of: [9, 2, 2, 7, 1, 8], among: count).joined()
      #expect(all.sorted() == Array(0..<6))
    }
  }

  @Test(arguments: [1, 3])
  func resultsAreInTheOrderOfTheirIndices(threads: Int) throws {
    let results = try withThreads(threads) { () throws(Failure) in
      try sharedMap(costs: [3, 1, 2], pack: { [$0] }, unpack: { $0[0] }) { UInt8($0 * $0) }
    }
    #expect(results == [0, 1, 4])
  }

  /// Whoever computes what: the failure of the lowest index is the one that is told.
  @Test(arguments: [1, 3])
  func aFailureEndsAllOfIt(threads: Int) {
    #expect(throws: Failure.diverged("1")) {
      try withThreads(threads) { () throws(Failure) in
        try sharedMap(costs: [3, 1, 2], pack: { [$0] }, unpack: { $0[0] }) {
          index throws(Failure) in
          if index > 0 { throw .diverged("\(index)") }
          return UInt8(index)
        }
      }
    }
  }

  @Test func statesSurviveAsBytes() throws {
    var state = Everything()
    state.whole = -7
    state.number = .nan
    state.floats = [0.1, -.infinity]
    state.rows = [[1, 2], [], [.pi]]
    state.text = "ñ"
    state.maybe = 3
    let bytes = try StateBytes(of: &state)
    var copy = Everything()
    try StateBytes(bytes.bytes).restore(&copy)
    #expect(copy.whole == -7 && copy.number.isNaN && copy.floats == [0.1, -.infinity])
    #expect(copy.rows == [[1, 2], [], [.pi]] && copy.text == "ñ" && copy.maybe == 3)
    #expect(copy.tensor == [1, 2, 3, 4] && copy.wholes.isEmpty && copy.numbers == [0.5])
    state.maybe = nil
    try StateBytes(StateBytes(of: &state).bytes).restore(&copy)
    #expect(copy.maybe == nil)
    #expect(throws: Failure.self) {
      try StateBytes(Array(bytes.bytes.dropLast(3))).restore(&copy)
    }
  }
}

private struct Everything: Stateful {
  var whole = 0
  var number = 0.0
  var floats: [Float] = []
  var numbers = [0.5]
  var wholes: [Int] = []
  var rows: [[Float]] = []
  var text = ""
  var maybe: Int?
  var tensor: [Float] = [1, 2, 3, 4]

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("whole", &whole)
    try visitor.visit("number", &number)
    try visitor.visit("floats", &floats)
    try visitor.visit("numbers", &numbers)
    try visitor.visit("wholes", &wholes)
    try visitor.visit("rows", &rows)
    try visitor.visit("text", &text)
    try visitor.visit("maybe", &maybe)
    try visitor.visit("tensor", &tensor, shape: [2, 2])
  }
}
