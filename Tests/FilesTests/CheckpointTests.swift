import Files
import Foundation
import State
import Testing

/// A state with a part of every kind.
private struct Everything: Stateful, Equatable {
  struct Note: Codable, Equatable {
    var text = ""
    var value = 0.0
    var weight: Float = 0
  }

  struct Inner: Stateful, Equatable {
    var steps = 0
    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("steps", &steps, in: 0...1000)
    }
  }

  var weights: [Float] = [0, 0, 0, 0, 0, 0]
  var count = 0
  var best = 0.0
  var returns: [Double] = []
  var lengths: [Int] = []
  var losses: [Float] = []
  var limit: Int?
  var mean: Double?
  var flag = false
  var seed: UInt64 = 0
  var names: [String] = []
  var flags: [Bool] = []
  var notes: [Note] = []
  var table: [String: Int] = [:]
  var inner = Inner()

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("weights", &weights, shape: [2, 3])
    try visitor.visit("count", &count)
    try visitor.visit("best", &best)
    try visitor.visit("returns", &returns)
    try visitor.visit("lengths", &lengths)
    try visitor.visit("losses", &losses)
    try visitor.visit("limit", &limit)
    try visitor.visit("mean", &mean)
    try visitor.visit("flag", &flag)
    try visitor.visit("seed", &seed)
    try visitor.visit("names", &names)
    try visitor.visit("flags", &flags)
    try visitor.visit("notes", &notes)
    try visitor.visit("table", &table)
    try visitor.visit("inner", &inner)
  }

  static let full = Everything(
    weights: [1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, -3], count: .min,
    best: -.infinity,
    returns: [0.1, -0.0, .leastNonzeroMagnitude, .infinity, .greatestFiniteMagnitude],
    lengths: [.max, -1], losses: [0.1, -0.0], limit: 7, mean: 0.1, flag: true, seed: .max,
    names: ["", "ä\"\n"], flags: [true, false],
    notes: [
      Note(text: "🚀", value: .infinity, weight: 0.1), Note(value: 1.0 / 3, weight: -.infinity),
    ],
    table: ["b": 2, "a": 1], inner: Inner(steps: 9))
}

/// One visited value.
private struct Single<Value: Codable & Sendable>: Stateful {
  var value: Value
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("value", &value)
  }
}

/// An array of this shape under another name.
private struct Weights: Stateful {
  var name = "weights"
  var values: [Float]
  var shape: [Int]
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit(name, &values, shape: shape)
  }
}

@Suite struct CheckpointTests {
  /// The state as it comes back from the bytes of a file.
  private func carried<State: Stateful>(_ state: State, into other: State) throws -> State {
    var (state, other) = (state, other)
    let file = try Safetensors(
      decoding: Checkpoint.contents(of: &state, metadata: ["format": "test"]).encoded(), from: "f")
    #expect(file.metadata["format"] == "test")
    try Checkpoint.restore(file, from: "f", into: &other)
    return other
  }

  /// Why the state of `first` cannot be put into `second`.
  private func refusal(_ first: some Stateful, _ second: some Stateful) -> String {
    var (first, second) = (first, second)
    return sentence {
      try Checkpoint.restore(Checkpoint.contents(of: &first), from: "a.st", into: &second)
    }
  }

  /// Whatever of it was empty before and is not now, and the other way round.
  @Test func everythingComesBackExactly() throws {
    let (empty, full) = (Everything(), Everything.full)
    #expect(try carried(full, into: empty) == full)
    #expect(try carried(empty, into: full) == empty)
    #expect(try carried(full, into: full) == full)
    let read = try carried(full, into: empty)
    #expect(read.returns[1].sign == .minus && read.weights[1].sign == .minus)
  }

  @Test func equalStatesGiveEqualBytes() throws {
    var (first, second) = (Everything.full, Everything.full)
    second.table = ["a": 1, "b": 2]
    #expect(
      try Checkpoint.contents(of: &first).encoded() == Checkpoint.contents(of: &second).encoded())
  }

  @Test func numbersOfStatesNeedNotBeFinite() throws {
    for value in [Double.nan, .infinity, -.infinity, -0.0] {
      let patterns = [value, value].map(\.bitPattern)
      let read = try carried(Single(value: [value, value]), into: Single(value: []))
      #expect(read.value.map(\.bitPattern) == patterns)
      let single = try carried(Single(value: value), into: Single(value: 1))
      #expect(single.value.bitPattern == value.bitPattern)
      let optional = try carried(Single(value: Optional(value)), into: Single(value: nil))
      #expect(optional.value?.isNaN == value.isNaN && (value.isNaN || optional.value == value))
      #expect(optional.value?.sign == value.sign || value.isNaN)
    }
  }

  @Test func arraysAreOnesThatOtherProgramsRead() throws {
    var full = Everything.full
    let file = try Checkpoint.contents(of: &full)
    #expect(file["weights"]?.shape == [2, 3] && file["weights"]?.values == full.weights)
    #expect(file["count"]?.elements == .int64([.min]) && file["count"]?.shape == [])
    #expect(file["returns"]?.elements == .float64(full.returns) && file["returns"]?.shape == [5])
    #expect(file["inner.steps"]?.elements == .int64([9]))
    #expect(file.metadata["state.names"] == #"["","ä\"\n"]"#)
    #expect(file.arrays.count == 7)
  }

  @Test func floatsThatAreNotFiniteAreNeitherSavedNorRead() throws {
    for value in [Float.nan, .infinity, -.infinity] {
      var state = Weights(values: [1, value], shape: [2])
      let message = sentence { try Checkpoint.contents(of: &state) }
      #expect(message.hasPrefix("weights holds a number that is not finite and is not saved;"))
      var losses = Single(value: [value])
      #expect(sentence { try Checkpoint.contents(of: &losses) }.hasPrefix("value holds a number"))

      let file = Safetensors(arrays: [NamedArray(name: "weights", shape: [2], values: [1, value])])
      #expect(
        sentence { try Checkpoint.restore(file, from: "a.st", into: &state) }
          == "a.st holds a number in \"weights\" that is not finite; go back to an earlier checkpoint"
      )
      let other = Safetensors(arrays: [NamedArray(name: "value", shape: [1], values: [value])])
      #expect(
        sentence { try Checkpoint.restore(other, from: "a.st", into: &losses) }
          .hasPrefix("a.st holds a number in \"value\" that is not finite"))
    }
  }

  @Test func misfitsAreRefusedByName() {
    let state = Weights(values: [1, 2], shape: [2])
    let fix = "; use a checkpoint of the same settings"
    #expect(
      refusal(state, Weights(values: [0, 0], shape: [1, 2]))
        == "a.st holds \"weights\" with shape [2] instead of [1, 2]" + fix)
    #expect(
      refusal(state, Weights(name: "bias", values: [0, 0], shape: [2]))
        == "a.st has no array \"bias\"" + fix)
    #expect(
      refusal(Everything.full, state) == "a.st holds \"weights\" with shape [2, 3] instead of [2]"
        + fix)
    #expect(refusal(Single(value: [1.5]), Single(value: [1])).contains("than a Array<Int>"))
    #expect(
      refusal(Single(value: 1), Single(value: 1.5))
        == "a.st holds something else than a Double in \"value\"" + fix)
    #expect(refusal(Single(value: [1, 2]), Single(value: 1)).contains("something else than a Int"))
    #expect(refusal(Single(value: [Int]()), Single(value: [0.5])).contains("than a Array<Double>"))
    #expect(
      refusal(Single(value: "a"), Single(value: true)).contains("something else than a Bool"))
    #expect(
      refusal(Single(value: 1), Single(value: "a"))
        == "a.st does not say what \"value\" is" + fix)
    #expect(
      refusal(Single(value: "a"), Single(value: 1)) == "a.st has no array \"value\"" + fix)
  }

  @Test func whatHasNoPlaceIsRefused() {
    struct Nothing: Stateful {
      mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {}
    }
    let end = "\", which has no place here; use a checkpoint of the same settings"
    #expect(refusal(Single(value: 1), Nothing()) == "a.st holds \"value" + end)
    #expect(refusal(Single(value: "a"), Nothing()) == "a.st holds \"state.value" + end)
  }

  @Test func valuesThatMakeNoSenseAreRefused() throws {
    let file = Safetensors(arrays: [NamedArray(name: "steps", shape: [], elements: .int64([-1]))])
    var state = Everything.Inner()
    #expect(
      sentence { try Checkpoint.restore(file, from: "a.st", into: &state) }
        == "a.st contradicts itself (steps is -1); copy it again from its source or train anew")
  }
}
