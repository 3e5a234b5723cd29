import Autodiff
import Foundation
import TestSupport
import Testing

struct ReductionsTests {
  private let matrix = sampleTensor([5, 3], seed: 11)
  private let row = sampleTensor([3], seed: 12)
  private let column = sampleTensor([5], seed: 13)
  private let factor = sampleTensor(.scalar, seed: 14)

  private func element(_ i: Int, _ j: Int) -> Double { Double(matrix.values[i * 3 + j]) }

  // MARK: Values

  @Test func sumsAllElements() {
    let elements = matrix.values.map(Double.init)
    let total = elements.reduce(0, +)
    #expect(matrix.sum().shape == .scalar)
    expectClose(matrix.sum().scalar, total)
    expectClose(matrix.mean().scalar, total / 15)
    expectClose(matrix.squaredNorm().scalar, elements.reduce(0) { $0 + $1 * $1 })
  }

  @Test func sumsManyElementsAccurately() {
    let elements = sampleTensor([100_003], seed: 15)
    let total = elements.values.reduce(0.0) { $0 + Double($1) }
    #expect(abs(Double(elements.sum().scalar) - total) < 1e-2)
    expectClose(Tensor(repeating: 0.1, shape: [100_000]).mean().scalar, 0.1, tolerance: 1e-6)
  }

  @Test func sumsRowsAndColumns() {
    let overRows = matrix.sumOverRows()
    #expect(overRows.shape == [3])
    expectClose(overRows.values, (0..<3).map { j in (0..<5).reduce(0) { $0 + element($1, j) } })
    let overColumns = matrix.sumOverColumns()
    #expect(overColumns.shape == [5])
    expectClose(overColumns.values, (0..<5).map { i in (0..<3).reduce(0) { $0 + element(i, $1) } })
  }

  @Test func broadcastsScalarsAndVectors() {
    #expect(Tensor(2.5).broadcast(to: [2, 2]).values == [2.5, 2.5, 2.5, 2.5])
    #expect(Tensor([2.5], shape: [1, 1]).broadcast(to: [2]).values == [2.5, 2.5])
    let rows = Tensor([1, 2]).repeatedAsRows(3)
    #expect(rows.shape == [3, 2])
    #expect(rows.values == [1, 2, 1, 2, 1, 2])
    let columns = Tensor([1, 2]).repeatedAsColumns(3)
    #expect(columns.shape == [2, 3])
    #expect(columns.values == [1, 1, 1, 2, 2, 2])
  }

  @Test func combinesAMatrixWithScalarsAndVectors() {
    let scaled = matrix.scaled(by: factor)
    let added = matrix.addingToRows(row)
    let multiplied = matrix.multiplyingRows(by: column)
    for i in 0..<5 {
      for j in 0..<3 {
        expectClose(scaled.values[i * 3 + j], element(i, j) * Double(factor.scalar))
        expectClose(added.values[i * 3 + j], element(i, j) + Double(row.values[j]))
        expectClose(multiplied.values[i * 3 + j], element(i, j) * Double(column.values[i]))
      }
    }
  }

  @Test func takesLogSoftmaxOfRows() {
    let result = matrix.logSoftmax()
    #expect(result.shape == [5, 3])
    for i in 0..<5 {
      let total = Foundation.log((0..<3).reduce(0) { $0 + Foundation.exp(element(i, $1)) })
      for j in 0..<3 { expectClose(result.values[i * 3 + j], element(i, j) - total) }
    }
    let extreme = Tensor([1000, 0, -1000, -2000, -2000, -2000], shape: [2, 3]).logSoftmax()
    let third = -Foundation.log(3.0)
    expectClose(extreme.values, [0, -1000, -2000, third, third, third])
  }

  // MARK: Gradients

  /// Each operation with the inputs that it is differentiated in.
  private var cases: [(name: String, inputs: [Tensor], apply: ([Tensor]) -> Tensor)] {
    [
      ("sum", [matrix], { $0[0].sum() }),
      ("mean", [matrix], { $0[0].mean() }),
      ("squaredNorm", [matrix], { $0[0].squaredNorm() }),
      ("broadcast", [factor], { $0[0].broadcast(to: [2, 3]) }),
      ("broadcast a 1 by 1", [sampleTensor([1, 1], seed: 16)], { $0[0].broadcast(to: [4]) }),
      ("scaled", [matrix, factor], { $0[0].scaled(by: $0[1]) }),
      ("scaled by [1]", [row, sampleTensor([1], seed: 17)], { $0[0].scaled(by: $0[1]) }),
      ("sumOverRows", [matrix], { $0[0].sumOverRows() }),
      ("repeatedAsRows", [row], { $0[0].repeatedAsRows(4) }),
      ("addingToRows", [matrix, row], { $0[0].addingToRows($0[1]) }),
      ("sumOverColumns", [matrix], { $0[0].sumOverColumns() }),
      ("repeatedAsColumns", [column], { $0[0].repeatedAsColumns(2) }),
      ("multiplyingRows", [matrix, column], { $0[0].multiplyingRows(by: $0[1]) }),
      ("logSoftmax", [matrix], { $0[0].logSoftmax() }),
    ]
  }

  @Test(arguments: 1...3)
  func differentiates(toOrder order: Int) {
    for (_, inputs, apply) in cases {
      checkGradient(of: apply, at: inputs, order: order)
      // Behind and before something curved, so that the second derivative is not 0.
      checkGradient(
        of: { apply($0.map { $0.sigmoid() }).squared() }, at: inputs, order: order)
    }
  }

  @Test func logSoftmaxOfExtremeRowsHasFiniteDerivatives() {
    let x = Tensor([1000, 0, -1000], shape: [1, 3]).asVariable()
    let y = x.logSoftmax().selecting(columns: [1])
    let slope = gradients(of: y, withRespectTo: [x], recorded: true)[0]
    expectClose(slope.values, [-1, 1, 0])
    let curvature = gradients(of: slope.squaredNorm(), withRespectTo: [x])[0]
    expectClose(curvature.values, [0, 0, 0])
  }

  // MARK: Nothing to sum

  @Test func acceptsEmptyTensors() {
    let none = Tensor.zeros([0, 3]).asVariable()
    #expect(none.sum().scalar == 0)
    #expect(none.mean().scalar == 0)
    #expect(none.squaredNorm().scalar == 0)
    #expect(none.sumOverRows().values == [0, 0, 0])
    #expect(Tensor.zeros([2, 0]).sumOverColumns().values == [0, 0])
    #expect(none.logSoftmax().shape == [0, 3])
    #expect(none.addingToRows(row).shape == [0, 3])
    let loss = none.logSoftmax().squaredNorm() + none.addingToRows(row).mean()
    #expect(gradients(of: loss, withRespectTo: [none])[0].shape == [0, 3])
    #expect(row.repeatedAsRows(0).shape == [0, 3])
    #expect(row.repeatedAsColumns(0).shape == [3, 0])
  }

  // MARK: Misuse

  @Test func namesTheOperationAndTheShapes() async {
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([3, 2]).addingToRows(.zeros([3]))
    }
    expectMessage("addingToRows: a vector of shape [3] does not fit the rows of [3, 2]", of: rows)
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([3, 2]).multiplyingRows(by: .zeros([3, 1]))
    }
    expectMessage(
      "multiplyingRows: a vector of shape [3, 1] does not fit the rows of [3, 2]", of: columns)
    let factor = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([3]).scaled(by: .zeros([3]))
    }
    expectMessage("scaled: the shape [3] is not a scalar", of: factor)
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2]).broadcast(to: [2, 2])
    }
    expectMessage("broadcast: the shape [2] is not a scalar", of: scalar)
  }

  @Test func namesTheOperationThatNeedsAMatrixOrAVector() async {
    let sums = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([4]).sumOverRows()
    }
    expectMessage("sumOverRows: the shape [4] is not a matrix", of: sums)
    let softmax = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([4]).logSoftmax()
    }
    expectMessage("logSoftmax: the shape [4] is not a matrix", of: softmax)
    let narrow = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([4, 0]).logSoftmax()
    }
    expectMessage("logSoftmax: the shape [4, 0] has no columns", of: narrow)
    let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([4, 1]).repeatedAsColumns(2)
    }
    expectMessage("repeatedAsColumns: the shape [4, 1] is not a vector", of: vector)
  }
}
