import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import Testing

@Suite struct InitializerTests {
  @Test(arguments: [[5, 5], [3, 8], [8, 3], [64, 64], [1, 7]], [1, 0.01, 1.5] as [Float])
  func orthogonalRowsOrColumnsAreOrthonormal(shape: [Int], gain: Float) {
    var generator = PCG64(seed: 1)
    let matrix = Initializer.orthogonal(gain: gain).matrix(
      inputs: shape[0], outputs: shape[1], using: &generator)
    #expect(matrix.shape == [shape[0], shape[1]])
    let isWide = shape[0] < shape[1]
    let products = matrix.matrixProduct(
      matrix, transposed: !isWide, otherTransposed: isWide)
    let count = min(shape[0], shape[1])
    for i in 0..<count {
      for j in 0..<count {
        let product = products.values[i * count + j] / (gain * gain)
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-5)
      }
    }
  }

  /// Uniform over all orthogonal matrices: each element of an n × n one has the variance 1/n.
  @Test func orthogonalHasNoPreferredDirection() {
    var generator = PCG64(seed: 2)
    let count = 2000
    var (sums, squares) = ([Double](repeating: 0, count: 9), [Double](repeating: 0, count: 9))
    for _ in 0..<count {
      let matrix = Initializer.orthogonal(gain: 1).matrix(
        inputs: 3, outputs: 3, using: &generator)
      for (i, value) in matrix.values.enumerated() {
        sums[i] += Double(value)
        squares[i] += Double(value * value)
      }
    }
    for i in 0..<9 {
      // The standard errors are √(1/3 / n) and √(4/45 / n).
      #expect(abs(sums[i]) / Double(count) < 4 * (1 / 3.0 / Double(count)).squareRoot())
      #expect(abs(squares[i] / Double(count) - 1 / 3.0) < 4 * (4 / 45.0 / 2000).squareRoot())
    }
  }

  @Test func glorotStaysWithinItsBoundAndFillsIt() {
    var generator = PCG64(seed: 3)
    let values = Initializer.glorotUniform.matrix(inputs: 200, outputs: 100, using: &generator)
      .values.map { Double($0) }
    let bound = (6 / 300.0).squareRoot()
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect(values.contains { $0 > 0.999 * bound } && values.contains { $0 < -0.999 * bound })
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + $1 * $1 } / n
    // The variance is bound²/3 = 2 / (inputs + outputs), that of x² is 4 bound⁴ / 45.
    #expect(abs(mean) < 4 * (2 / 300.0 / n).squareRoot())
    #expect(abs(variance - 2 / 300.0) < 4 * bound * bound * (4 / 45.0 / n).squareRoot())
  }

  @Test func fanInStaysWithinItsBoundAndFillsIt() {
    var generator = PCG64(seed: 6)
    let values = Initializer.fanInUniform.matrix(inputs: 100, outputs: 200, using: &generator)
      .values
    #expect(values.allSatisfy { abs($0) <= 0.1 })
    #expect(values.contains { $0 > 0.0999 } && values.contains { $0 < -0.0999 })
    let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / 20_000
    #expect(abs(variance - 0.01 / 3) < 4 * 0.01 * (4 / 45.0 / 20_000).squareRoot())
  }

  @Test func zerosAreZeros() {
    var generator = PCG64(seed: 4)
    let matrix = Initializer.zeros.matrix(inputs: 3, outputs: 2, using: &generator)
    #expect(matrix.shape == [3, 2])
    #expect(matrix.values == [Float](repeating: 0, count: 6))
    #expect(generator == PCG64(seed: 4))
  }

  @Test(arguments: [.orthogonal(gain: 1), .glorotUniform, .fanInUniform] as [Initializer])
  func seedDecides(initializer: Initializer) {
    func values(_ seed: UInt64) -> [Float] {
      var generator = PCG64(seed: seed)
      return initializer.matrix(inputs: 4, outputs: 3, using: &generator).values
    }
    #expect(values(5) == values(5))
    #expect(values(5) != values(6))
  }
}
