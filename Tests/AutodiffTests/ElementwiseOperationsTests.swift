import Autodiff
import Foundation
import TestSupport
import Testing

/// An operation on one tensor, and what it should compute.
struct UnaryOperation: Sendable, CustomTestStringConvertible {
  let name: String
  let apply: @Sendable (Tensor) -> Tensor
  let reference: @Sendable (Double) -> Double
  var isForPositives = false

  var testDescription: String { name }

  static let all = [
    UnaryOperation(name: "minus", apply: { -$0 }, reference: { -$0 }),
    UnaryOperation(name: "times a number", apply: { -2.5 * $0 }, reference: { -2.5 * $0 }),
    UnaryOperation(name: "plus a number", apply: { $0 + 1.25 }, reference: { $0 + 1.25 }),
    UnaryOperation(name: "minus a number", apply: { $0 - 1.25 }, reference: { $0 - 1.25 }),
    UnaryOperation(name: "squared", apply: { $0.squared() }, reference: { $0 * $0 }),
    UnaryOperation(name: "exp", apply: { $0.exp() }, reference: { Foundation.exp($0) }),
    UnaryOperation(
      name: "log", apply: { $0.log() }, reference: { Foundation.log($0) }, isForPositives: true),
    UnaryOperation(name: "tanh", apply: { $0.tanh() }, reference: { Foundation.tanh($0) }),
    UnaryOperation(
      name: "sigmoid", apply: { $0.sigmoid() }, reference: { 1 / (1 + Foundation.exp(-$0)) }),
    UnaryOperation(
      name: "softplus", apply: { $0.softplus() },
      reference: { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }),
    UnaryOperation(name: "relu", apply: { $0.relu() }, reference: { max($0, 0) }),
    UnaryOperation(
      name: "elu", apply: { $0.elu() }, reference: { $0 > 0 ? $0 : Foundation.expm1($0) }),
    UnaryOperation(
      name: "clamped", apply: { $0.clamped(to: -1.1...0.9) }, reference: { min(max($0, -1.1), 0.9) }
    ),
  ]
}

/// An operation on two tensors of one shape, and what it should compute.
struct BinaryOperation: Sendable, CustomTestStringConvertible {
  let name: String
  let apply: @Sendable (Tensor, Tensor) -> Tensor
  let reference: @Sendable (Double, Double) -> Double

  var testDescription: String { name }

  static let all = [
    BinaryOperation(name: "+", apply: { $0 + $1 }, reference: { $0 + $1 }),
    BinaryOperation(name: "-", apply: { $0 - $1 }, reference: { $0 - $1 }),
    BinaryOperation(name: "*", apply: { $0 * $1 }, reference: { $0 * $1 }),
    BinaryOperation(name: "/", apply: { $0 / $1 }, reference: { $0 / $1 }),
    BinaryOperation(name: "minimum", apply: { .minimum($0, $1) }, reference: { min($0, $1) }),
  ]
}

struct ElementwiseOperationsTests {
  // MARK: Values

  @Test(arguments: UnaryOperation.all)
  func computesValues(of operation: UnaryOperation) {
    let inputs = (1...200).flatMap { step in
      let x = Float(step) / 16
      return operation.isForPositives ? [x] : [x, -x]
    }
    let outputs = operation.apply(Tensor(inputs, shape: [inputs.count / 4, 4]))
    #expect(outputs.shape == [inputs.count / 4, 4])
    for (x, y) in zip(inputs, outputs.values) {
      expectClose(y, operation.reference(Double(x)))
    }
  }

  @Test(arguments: BinaryOperation.all)
  func computesValues(of operation: BinaryOperation) {
    let a = sampleTensor([7, 5], seed: 1)
    let b = sampleTensor([7, 5], seed: 2)
    let outputs = operation.apply(a, b)
    #expect(outputs.shape == [7, 5])
    for (index, y) in outputs.values.enumerated() {
      expectClose(y, operation.reference(Double(a.values[index]), Double(b.values[index])))
    }
  }

  @Test func stepsFromZeroToOneAboveZero() {
    #expect(Tensor([-1, -0.0, 0, 1e-30, 2]).unitStep().values == [0, 0, 0, 1, 1])
  }

  // MARK: Gradients

  @Test(arguments: UnaryOperation.all, 1...3)
  func differentiates(_ operation: UnaryOperation, toOrder order: Int) {
    let input = sampleTensor([2, 3], seed: 3, isPositive: operation.isForPositives)
    checkGradient(of: { operation.apply($0[0]) }, at: [input], order: order)
  }

  @Test(arguments: BinaryOperation.all, 1...3)
  func differentiates(_ operation: BinaryOperation, toOrder order: Int) {
    let inputs = [sampleTensor([2, 3], seed: 4), sampleTensor([2, 3], seed: 5)]
    checkGradient(of: { operation.apply($0[0], $0[1]) }, at: inputs, order: order)
    checkGradient(of: { operation.apply($0[0], $0[0]) }, at: [inputs[1]], order: order)
  }

  @Test(arguments: 1...3)
  func differentiatesProductsOfFunctions(toOrder order: Int) {
    let inputs = [sampleTensor([4], seed: 6), sampleTensor([4], seed: 7, isPositive: true)]
    checkGradient(
      of: { ($0[0].tanh() * $0[1].log() + $0[0].exp() / $0[1]).sigmoid() * $0[0].softplus() },
      at: inputs, order: order)
  }

  @Test func reluIsFlatAtZero() {
    let x = Tensor([-1, -0.0, 0, 2]).asVariable()
    #expect(gradients(of: x.relu().sum(), withRespectTo: [x])[0].values == [0, 0, 0, 1])
  }

  @Test func eluHasSlopeOneAtZeroAndKeepsItsCurvatureBelow() {
    let x = Tensor([-1, 0, 1]).asVariable()
    let slope = gradients(of: x.elu().sum(), withRespectTo: [x], recorded: true)[0]
    expectClose(slope.values, [Foundation.exp(-1), 1, 1])
    let curvature = gradients(of: slope.sum(), withRespectTo: [x])[0]
    expectClose(curvature.values, [Foundation.exp(-1), 1, 0])
  }

  @Test func theStepIsAConstant() {
    #expect(!Tensor([1, -1]).asVariable().unitStep().isRecorded)
  }

  @Test func saturatedFunctionsHaveFiniteDerivatives() {
    let x = Tensor([-200, -90, 90, 200]).asVariable()
    let limits: [(Tensor, [Double])] = [
      (x.tanh(), [0, 0, 0, 0]), (x.sigmoid(), [0, 0, 0, 0]), (x.softplus(), [0, 0, 1, 1]),
      (x.elu(), [0, 0, 1, 1]),
    ]
    for (y, expected) in limits {
      let slope = gradients(of: y.sum(), withRespectTo: [x], recorded: true)[0]
      expectClose(slope.values, expected)
      let curvature = gradients(of: slope.sum(), withRespectTo: [x])[0]
      expectClose(curvature.values, [0, 0, 0, 0])
    }
  }

  /// What a product with 0 would keep.
  @Test func maskTakesAwayWhatIsNotFinite() {
    let x = Tensor([1, .infinity, .nan, -2]).asVariable()
    let mask = Tensor([1, 0, 0, 2])
    let y = x.masked(by: mask)
    #expect(y.values == [1, 0, 0, -2])
    #expect(gradients(of: y.squared().sum(), withRespectTo: [x])[0].values == [2, 0, 0, -4])
    checkGradient(
      of: { $0[0].masked(by: Tensor([0, 1, 1])).squared() }, at: [Tensor([0.5, -1, 2])], order: 2)
  }

  @Test func clampedKeepsNaNAndHasSlopeOneAtItsEnds() {
    let x = Tensor([-2, -1, 0, 1, 2, .nan]).asVariable()
    let y = x.clamped(to: -1...1)
    #expect(Array(y.values[..<5]) == [-1, -1, 0, 1, 1] && y.values[5].isNaN)
    let slope = gradients(of: y.sum(), withRespectTo: [x])[0]
    #expect(Array(slope.values[..<5]) == [0, 1, 1, 1, 0])
  }

  @Test func slopesOfEqualMinimaGoToTheSecond() {
    let a = Tensor([1, 2]).asVariable()
    let b = Tensor([1, 3]).asVariable()
    let slopes = gradients(of: Tensor.minimum(a, b).sum(), withRespectTo: [a, b])
    #expect(slopes.map(\.values) == [[0, 1], [1, 0]])
  }

  // MARK: Misuse

  @Test func namesTheOperationAndBothShapes() async {
    // A vector of returns [T] against a column of values [T, 1].
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3]) + Tensor([1, 2, 3], shape: [3, 1])
    }
    expectMessage("+: the shapes [3] and [3, 1] differ", of: sum)
    let difference = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor([1, 2, 3]) - Tensor([1, 2, 3], shape: [3, 1])
    }
    expectMessage("-: the shapes [3] and [3, 1] differ", of: difference)
    let product = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3], shape: [3, 1]) * Tensor([1, 2, 3])
    }
    expectMessage("*: the shapes [3, 1] and [3] differ", of: product)
    let quotient = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3]) / Tensor(2)
    }
    expectMessage("/: the shapes [3] and [] differ", of: quotient)
  }
}
