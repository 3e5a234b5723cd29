import Autodiff
import TestSupport
import Testing

struct MatrixProductTests {
  /// The four combinations of transpositions.
  static let transpositions = [(false, false), (false, true), (true, false), (true, true)]

  /// Factors whose product, after their transpositions, is [4, 2] with inner length 3.
  private func factors(_ transposed: Bool, _ otherTransposed: Bool) -> (Tensor, Tensor) {
    (
      sampleTensor(transposed ? [3, 4] : [4, 3], seed: 21),
      sampleTensor(otherTransposed ? [2, 3] : [3, 2], seed: 22)
    )
  }

  @Test(arguments: transpositions)
  func multiplies(transposed: Bool, otherTransposed: Bool) {
    let (a, b) = factors(transposed, otherTransposed)
    let product = a.matrixProduct(b, transposed: transposed, otherTransposed: otherTransposed)
    #expect(product.shape == [4, 2])
    for i in 0..<4 {
      for j in 0..<2 {
        let sum = (0..<3).reduce(0.0) { sum, k in
          let left = a.values[transposed ? k * 4 + i : i * 3 + k]
          let right = b.values[otherTransposed ? j * 3 + k : k * 2 + j]
          return sum + Double(left) * Double(right)
        }
        expectClose(product.values[i * 2 + j], sum)
      }
    }
  }

  @Test(arguments: transpositions)
  func differentiates(transposed: Bool, otherTransposed: Bool) {
    let (a, b) = factors(transposed, otherTransposed)
    for order in 1...3 {
      checkGradient(
        of: {
          $0[0].matrixProduct(
            $0[1], transposed: transposed, otherTransposed: otherTransposed)
        }, at: [a, b], order: order)
    }
    checkGradient(
      of: {
        $0[0].tanh().matrixProduct(
          $0[1], transposed: transposed, otherTransposed: otherTransposed
        ).sigmoid()
      }, at: [a, b], order: 2)
  }

  @Test(arguments: transpositions)
  func differentiatesAProductWithItself(transposed: Bool, otherTransposed: Bool) {
    checkGradient(
      of: {
        $0[0].matrixProduct(
          $0[0], transposed: transposed, otherTransposed: otherTransposed)
      }, at: [sampleTensor([3, 3], seed: 23)], order: 2)
  }

  @Test func differentiatesOneFactorAlone() {
    let (a, b) = factors(false, false)
    checkGradient(of: { $0[0].matrixProduct(b) }, at: [a])
    checkGradient(of: { a.matrixProduct($0[0]) }, at: [b])
  }

  // MARK: Affine maps

  private let layer = [
    sampleTensor([4, 3], seed: 25), sampleTensor([3, 2], seed: 26), sampleTensor([2], seed: 27),
  ]

  @Test func mapsAffinely() {
    let result = layer[0].affine(layer[1], layer[2])
    #expect(result.shape == [4, 2])
    let sum = layer[0].matrixProduct(layer[1]).addingToRows(layer[2])
    expectClose(result.values, sum.values.map(Double.init))
  }

  @Test func differentiatesAffineMaps() {
    for order in 1...3 {
      checkGradient(
        of: { $0[0].affine($0[1], $0[2]) }, at: layer, order: order)
    }
    checkGradient(
      of: { $0[0].tanh().affine($0[1], $0[2].exp()).sigmoid() }, at: layer,
      order: 2)
  }

  @Test func differentiatesAffineMapsInOneInputAlone() {
    let layer = layer
    for input in 0..<3 {
      checkGradient(
        of: {
          var inputs = layer
          inputs[input] = $0[0]
          return inputs[0].affine(inputs[1], inputs[2]).tanh()
        }, at: [layer[input]], order: 2)
    }
  }

  @Test func mapsEmptyMatricesAffinely() {
    let none = Tensor.zeros([0, 3]).asVariable()
    let bias = layer[2].asVariable()
    let empty = none.affine(layer[1], bias)
    #expect(empty.shape == [0, 2])
    let slopes = gradients(of: empty.sum(), withRespectTo: [none, bias])
    #expect(slopes[0].shape == [0, 3])
    #expect(slopes[1].values == [0, 0])
    let constant = Tensor.zeros([2, 0]).affine(.zeros([0, 2]), layer[2])
    #expect(constant.values == layer[2].values + layer[2].values)
  }

  // MARK: Transposes

  @Test func transposes() {
    let matrix = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(matrix.transposed().shape == [3, 2])
    #expect(matrix.transposed().values == [1, 4, 2, 5, 3, 6])
    for order in 1...2 {
      checkGradient(
        of: { $0[0].squared().transposed().tanh() }, at: [sampleTensor([2, 3], seed: 24)],
        order: order)
    }
  }

  @Test func multipliesEmptyMatrices() {
    let (a, b) = (Tensor.zeros([2, 0]).asVariable(), Tensor.zeros([0, 3]).asVariable())
    let product = a.matrixProduct(b)
    #expect(product.shape == [2, 3])
    #expect(product.values == [0, 0, 0, 0, 0, 0])
    let slopes = gradients(of: product.sum(), withRespectTo: [a, b])
    #expect(slopes.map(\.shape) == [[2, 0], [0, 3]])
    let none = Tensor.zeros([0, 2]).matrixProduct(.zeros([2, 3]))
    #expect(none.shape == [0, 3])
    #expect(none.transposed().shape == [3, 0])
  }

  // MARK: Misuse

  @Test func namesBothShapes() async {
    let inner = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).matrixProduct(.zeros([2, 3]))
    }
    expectMessage("matrixProduct: the inner lengths of [2, 3] and [2, 3] differ", of: inner)
    let transposed = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]).matrixProduct(.zeros([3, 2]), transposed: true)
    }
    expectMessage(
      "matrixProduct: the inner lengths of [2, 3] transposed and [3, 2] differ", of: transposed)
    let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).matrixProduct(.zeros([3]))
    }
    expectMessage("matrixProduct: the shapes [2, 3] and [3] are not both matrices", of: vector)
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([4, 3]).affine(.zeros([3, 2]), .zeros([1, 2]))
    }
    expectMessage(
      "affine: [4, 3] does not fit a weight of [3, 2] and a bias of [1, 2]", of: bias)
    let alone = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([3]).transposed()
    }
    expectMessage("transposed: the shape [3] is not a matrix", of: alone)
  }
}
