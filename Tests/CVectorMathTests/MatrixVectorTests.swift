import CVectorMath
import Foundation
import Testing

struct MatrixVectorTests {
  @Test func addsARowAndMultipliesByAColumn() {
    for rows in [0, 1, 3, 8] {
      for columns in [1, 2, 3, 7, 8, 15, 16, 17, 33, 70] {
        let x = scatteredNumbers(rows * columns, seed: 7)
        let row = scatteredNumbers(columns, seed: 8)
        let column = scatteredNumbers(rows, seed: 9)
        let sums = (0..<rows * columns).map { x[$0] + row[$0 % columns] }
        let products = (0..<rows * columns).map { x[$0] * column[$0 / columns] }

        var output = [Float](repeating: .nan, count: rows * columns)
        vm_add_row(x, row, &output, rows, columns)
        #expect(output == sums, "\(rows) by \(columns)")
        vm_multiply_column(x, column, &output, rows, columns)
        #expect(output == products, "\(rows) by \(columns)")

        output = x
        output.withUnsafeMutableBufferPointer {
          vm_add_row($0.baseAddress, row, $0.baseAddress, rows, columns)
        }
        #expect(output == sums, "\(rows) by \(columns) in place")
        output = x
        output.withUnsafeMutableBufferPointer {
          vm_multiply_column($0.baseAddress, column, $0.baseAddress, rows, columns)
        }
        #expect(output == products, "\(rows) by \(columns) in place")
      }
    }
  }

  // MARK: Log-softmax

  private func logSoftmax(_ x: [Float], rows: Int, columns: Int) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    vm_log_softmax(x, &y, rows, columns)
    var inPlace = x
    inPlace.withUnsafeMutableBufferPointer {
      vm_log_softmax($0.baseAddress, $0.baseAddress, rows, columns)
    }
    #expect(bits(inPlace) == bits(y), "\(rows) by \(columns) in place")
    return y
  }

  private func exactLogSoftmax(_ row: ArraySlice<Float>) -> [Double] {
    let values = row.map(Double.init)
    let top = values.max() ?? 0
    let total = top + Foundation.log(values.reduce(0) { $0 + Foundation.exp($1 - top) })
    return values.map { $0 - total }
  }

  @Test func takesLogSoftmaxOfAnyWidth() {
    // More rows than the function takes at a time, and not a multiple of that.
    for columns in 1...600 {
      let rows = max(512 / columns + 1, 2)
      let x = scatteredNumbers(rows * columns, seed: UInt64(columns)).map { 6 * $0 }
      let y = logSoftmax(x, rows: rows, columns: columns)
      var worst = 0.0
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        for (value, exact) in zip(y[range], exactLogSoftmax(x[range])) {
          worst = max(worst, abs(Double(value) - exact) / max(1, abs(exact)))
        }
      }
      #expect(worst < 1e-6, "\(columns) columns")
    }
  }

  @Test(arguments: [3, 600])
  func takesLogSoftmaxOfExtremeRows(columns: Int) {
    let filler = columns - 3
    let rows: [[Float]] = [
      [0, 0, 0], [10_000, 0, -10_000], [-10_000, -10_000, -10_000], [3e38, 0, -3e38],
      [0, -.infinity, 1], [88, 88, 88], [-104, -103, 0],
    ]
    for row in rows {
      let x = row + [Float](repeating: -.infinity, count: filler)
      let y = logSoftmax(x, rows: 1, columns: columns)
      for (value, exact) in zip(y, exactLogSoftmax(x[...])) {
        if Float(exact).isInfinite {
          #expect(value == -.infinity, "\(row)")
        } else {
          let error = abs(Double(value) - exact)
          #expect(error <= 1e-6 * max(1, abs(exact)), "\(value), not \(exact), in \(row)")
        }
      }
    }
  }

  @Test func logSoftmaxOfNaNIsNaNInThatRowOnly() {
    for position in 0..<3 {
      var x: [Float] = [1, 2, 3, 1, 2, 3]
      x[position] = .nan
      let y = logSoftmax(x, rows: 2, columns: 3)
      #expect(y.map(\.isNaN) == [true, true, true, false, false, false])
    }
  }

  // MARK: Dense layers

  @Test func densePassesOneRowThroughALayer() {
    for inputs in Array(0...9) + [16, 33, 64] {
      for outputs in Array(0...20) + [63, 64, 65, 71, 72, 73, 127, 128, 130, 200] {
        let x = scatteredNumbers(inputs, seed: 10)
        let weights = scatteredNumbers(inputs * outputs, seed: 11)
        let bias = scatteredNumbers(outputs, seed: 12)
        var y = [Float](repeating: 99, count: outputs + 1)
        vm_dense(x, weights, bias, &y, inputs, outputs)
        for output in 0..<outputs {
          let sum = (0..<inputs).reduce(Double(bias[output])) {
            $0 + Double(x[$1]) * Double(weights[$1 * outputs + output])
          }
          #expect(abs(Double(y[output]) - sum) < 5e-5, "\(inputs) to \(outputs), output \(output)")
        }
        #expect(y[outputs] == 99)
      }
    }
  }
}
