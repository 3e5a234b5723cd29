import Testing

@testable import Autodiff

struct TapeTests {
  private let x = Tensor([1, 2]).asVariable()
  private let y = Tensor([3, 4]).asVariable()

  private func tape(to output: Tensor, from variables: [Tensor]) -> Tape {
    Tape(to: output.node, from: variables.compactMap(\.node))
  }

  private func position(of tensor: Tensor, on tape: Tape) -> Int? {
    tensor.node.flatMap { tape.position(of: $0) }
  }

  private func targets(of tensor: Tensor, on tape: Tape) throws -> [Int] {
    let position = try #require(self.position(of: tensor, on: tape))
    return tape.withTargets(of: tape.entries[position]) { Array($0) }
  }

  @Test func putsEveryNodeAfterItsInputs() throws {
    let square = x * x
    let sum = square + y
    let output = sum * square
    let tape = tape(to: output, from: [x, y])
    // Depth first, first input first.
    let expected = [x, square, y, sum, output].map(\.node)
    #expect(tape.entries.count == 5)
    #expect(zip(tape.entries, expected).map { $0.node === $1 } == [true, true, true, true, true])
    #expect(try targets(of: square, on: tape) == [0, 0])
    #expect(try targets(of: sum, on: tape) == [1, 2])
    #expect(try targets(of: output, on: tape) == [3, 1])
  }

  @Test func leavesOutWhatDoesNotDescendFromAVariable() throws {
    let product = y.exp() * y
    let sum = product + x
    let output = sum * product + Tensor([1, 1])
    let tape = tape(to: output, from: [x])
    #expect(tape.entries.count == 4)
    #expect(position(of: product, on: tape) == nil)
    #expect(position(of: y, on: tape) == nil)
    #expect(try targets(of: sum, on: tape) == [-1, 0])
  }

  @Test func marksVariablesAndNodesThatPassSomethingOn() throws {
    let square = x.squared()
    let output = square.exp()
    let tape = tape(to: output, from: [square])
    #expect(tape.entries.map(\.isVariable) == [true, false])
    #expect(tape.entries.map(\.hasTargets) == [false, true])
    let both = self.tape(to: output, from: [square, x])
    #expect(both.entries.map(\.isVariable) == [true, true, false])
    #expect(both.entries.map(\.hasTargets) == [false, true, true])
  }

  @Test func isEmptyWhereNothingDescendsFromAVariable() {
    #expect(tape(to: y.exp(), from: [x]).entries.isEmpty)
    #expect(tape(to: Tensor(1), from: [x]).entries.isEmpty)
    let unreached = tape(to: y.exp(), from: [x])
    #expect(position(of: x, on: unreached) == nil)
  }
}
