import CVectorMath
import Foundation
import Testing

/// The kernels of rows of Bernoulli variables, for every width of rows.
struct BernoulliKernelTests {
  private func sigmoid(_ a: Double) -> Double { 1 / (1 + exp(-a)) }

  @Test func logLikelihoodOfEveryWidth() {
    for rows in [0, 1, 3] {
      for columns in Array(0...40) + [784] {
        let x = scatteredNumbers(rows * columns, seed: 7)
        let a = scatteredNumbers(rows * columns, seed: 8).map { 4 * $0 }
        var found = [Float](repeating: 99, count: rows + 1)
        vm_bernoulli_log_likelihood(x, a, &found, rows, columns)
        for row in 0..<rows {
          var (sum, size) = (0.0, 0.0)
          for index in row * columns..<(row + 1) * columns {
            let (x, a) = (Double(x[index]), Double(a[index]))
            let term = x * a - max(a, 0) - log1p(exp(-abs(a)))
            sum += term
            size += abs(x * a) + abs(term)
          }
          #expect(abs(Double(found[row]) - sum) <= 1e-6 * size, "\(rows) by \(columns)")
        }
        #expect(found[rows] == 99)
      }
    }
  }

  @Test func residualAndCurvatureOfEveryWidth() {
    for rows in [0, 1, 3] {
      for columns in Array(0...40) + [784] {
        let count = rows * columns
        let x = scatteredNumbers(count, seed: 9)
        let a = scatteredNumbers(count, seed: 10).map { 4 * $0 }
        let d = scatteredNumbers(rows, seed: 11)
        var residual = [Float](repeating: 99, count: count + 1)
        vm_bernoulli_residual(x, a, d, &residual, rows, columns)
        var curvature = [Float](repeating: 99, count: count + 1)
        vm_bernoulli_curvature(x, a, d, &curvature, rows, columns)
        for index in 0..<count {
          let (x, factor) = (Double(x[index]), Double(d[index / columns]))
          let s = sigmoid(Double(a[index]))
          #expect(abs(Double(residual[index]) - factor * (x - s)) < 2e-6)
          #expect(abs(Double(curvature[index]) + factor * x * s * (1 - s)) < 2e-6)
        }
        #expect(residual[count] == 99 && curvature[count] == 99)
      }
    }
  }

  /// The output may be one of the inputs.
  @Test func residualInPlace() {
    let (x, a) = (scatteredNumbers(74, seed: 12), scatteredNumbers(74, seed: 13))
    let d: [Float] = [1.5, -0.5]
    var expected = [Float](repeating: 0, count: 74)
    vm_bernoulli_residual(x, a, d, &expected, 2, 37)
    var inPlace = x
    inPlace.withUnsafeMutableBufferPointer {
      vm_bernoulli_residual($0.baseAddress, a, d, $0.baseAddress, 2, 37)
    }
    #expect(bits(inPlace) == bits(expected))
  }

  @Test func extremeLogits() {
    let a: [Float] = [200, -200, 80, -80]
    for x: Float in [0, 1] {
      let values = [Float](repeating: x, count: 4)
      var found = [Float](repeating: .nan, count: 4)
      vm_bernoulli_log_likelihood(values, a, &found, 4, 1)
      for (value, logit) in zip(found, a) {
        #expect(abs(value - (x == 1 ? min(logit, 0) : min(-logit, 0))) <= 2e-35)
      }
      vm_bernoulli_residual(values, a, [1, 1, 1, 1], &found, 4, 1)
      #expect(found[0] == x - 1 && found[1] == x && found[2] == x - 1)
      #expect(abs(found[3] - x) <= 2e-35)
      vm_bernoulli_curvature([1, 1, 1, 1], a, [1, 1, 1, 1], &found, 4, 1)
      #expect(found.allSatisfy { abs($0) <= 2e-35 })
    }
    var invalid = [Float](repeating: 0, count: 1)
    vm_bernoulli_log_likelihood([.nan], [0], &invalid, 1, 1)
    #expect(invalid[0].isNaN)
  }
}
