import Autodiff
import TestSupport
import Testing

struct LayoutTests {
  private let matrix = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])

  // MARK: Values

  @Test func reshapes() {
    #expect(matrix.reshaped([3, 2]).shape == [3, 2])
    #expect(matrix.reshaped([3, 2]).values == matrix.values)
    #expect(matrix.reshaped([1, 2, 1, 3]).shape == [1, 2, 1, 3])
    #expect(Tensor([7]).reshaped(.scalar).shape == .scalar)
  }

  @Test func selectsAndScatters() {
    let selected = matrix.selecting(columns: [2, 0])
    #expect(selected.shape == [2])
    #expect(selected.values == [3, 4])
    let scattered = Tensor([7, 8]).scattered(toColumns: [2, 0], of: 3)
    #expect(scattered.shape == [2, 3])
    #expect(scattered.values == [0, 0, 7, 8, 0, 0])
  }

  @Test func concatenatesAndTakesColumns() {
    let whole = Tensor.concatenatingColumns([matrix, Tensor([7, 8], shape: [2, 1]), matrix])
    #expect(whole.shape == [2, 7])
    #expect(whole.values == [1, 2, 3, 7, 1, 2, 3, 4, 5, 6, 8, 4, 5, 6])
    #expect(whole.columns(2..<4).shape == [2, 2])
    #expect(whole.columns(2..<4).values == [3, 7, 6, 8])
    #expect(matrix.columns(0..<3).values == matrix.values)
  }

  @Test func concatenatesAndTakesRows() {
    let whole = Tensor.concatenatingRows([matrix, Tensor([7, 8, 9], shape: [1, 3])])
    #expect(whole.shape == [3, 3])
    #expect(whole.values == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(whole.rows(1..<3).shape == [2, 3])
    #expect(whole.rows(1..<3).values == [4, 5, 6, 7, 8, 9])
    let vector = Tensor.concatenatingRows([Tensor([1, 2]), Tensor([3])])
    #expect(vector.shape == [3])
    #expect(vector.rows(1..<3).shape == [2])
    #expect(vector.rows(1..<3).values == [2, 3])
  }

  // MARK: Gradients

  /// Each operation with the inputs that it is differentiated in.
  private var cases: [(inputs: [Tensor], apply: ([Tensor]) -> Tensor)] {
    let (a, b) = (sampleTensor([3, 4], seed: 31), sampleTensor([3, 2], seed: 32))
    let (tall, vector) = (sampleTensor([2, 4], seed: 33), sampleTensor([3], seed: 34))
    return [
      ([a], { $0[0].reshaped([2, 6]) }),
      ([a], { $0[0].reshaped([3, 4]) }),
      ([a], { $0[0].selecting(columns: [3, 0, 3]) }),
      ([vector], { $0[0].scattered(toColumns: [1, 1, 0], of: 2) }),
      ([a, b], { .concatenatingColumns([$0[0], $0[1], $0[0]]) }),
      ([b], { .concatenatingColumns([a, $0[0]]) }),
      ([a], { $0[0].columns(1..<3) }),
      ([a, tall], { .concatenatingRows([$0[0], $0[1], $0[0]]) }),
      ([vector], { .concatenatingRows([Tensor([1, 2]), $0[0], $0[0]]) }),
      ([a], { $0[0].rows(1..<3) }),
      ([vector], { $0[0].rows(2..<3) }),
    ]
  }

  @Test(arguments: 1...3)
  func differentiates(toOrder order: Int) {
    for (inputs, apply) in cases {
      checkGradient(of: apply, at: inputs, order: order)
      checkGradient(
        of: { apply($0.map { $0.sigmoid() }).squared() }, at: inputs, order: order)
    }
  }

  // MARK: Nothing to move

  @Test func acceptsEmptyTensors() {
    let none = Tensor.zeros([0, 3]).asVariable()
    let selected = none.selecting(columns: [])
    #expect(selected.shape == [0])
    #expect(selected.scattered(toColumns: [], of: 4).shape == [0, 4])
    #expect(none.columns(1..<1).shape == [0, 0])
    #expect(none.rows(0..<0).shape == [0, 3])
    #expect(Tensor.concatenatingRows([none, matrix, none]).values == matrix.values)
    let narrow = Tensor.zeros([2, 0])
    #expect(Tensor.concatenatingColumns([narrow, matrix, narrow]).values == matrix.values)
    #expect(matrix.columns(3..<3).shape == [2, 0])
    let loss =
      selected.sum() + Tensor.concatenatingRows([none, matrix]).sum()
      + none.columns(1..<1).sum() + none.reshaped([3, 0]).sum()
    #expect(gradients(of: loss, withRespectTo: [none])[0].shape == [0, 3])
  }
}
