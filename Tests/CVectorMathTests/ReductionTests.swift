import CVectorMath
import Testing

struct ReductionTests {
  @Test func sumsAndDotsOfEveryLength() {
    for count in Array(0...70) + [1000, 4099, 100_003] {
      let a = scatteredNumbers(count, seed: 4)
      let b = scatteredNumbers(count, seed: 5)
      let terms = zip(a, b).map { Double($0) * Double($1) }
      let sizes = a.reduce(0) { $0 + abs(Double($1)) }
      let sum = a.reduce(0) { $0 + Double($1) }
      #expect(abs(Double(vm_sum(a, count)) - sum) <= 1e-6 * sizes, "\(count) elements")
      let dot = Double(vm_dot(a, b, count))
      #expect(
        abs(dot - terms.reduce(0, +)) <= 1e-6 * terms.reduce(0) { $0 + abs($1) },
        "\(count) elements")
    }
  }

  @Test func sumsCarryInfinityAndNaN() {
    for position in [0, 15, 16, 36] {
      var values = scatteredNumbers(37)
      values[position] = .infinity
      #expect(vm_sum(values, 37) == .infinity)
      values[position] = .nan
      #expect(vm_sum(values, 37).isNaN)
      #expect(vm_dot(values, values, 37).isNaN)
    }
  }

  @Test func sumsOverRowsAndColumns() {
    for rows in [0, 1, 2, 3, 16, 33] {
      for columns in Array(0...20) + [64, 70] {
        let x = scatteredNumbers(rows * columns, seed: 6)
        var overRows = [Float](repeating: 99, count: columns + 1)
        vm_sum_rows(x, &overRows, rows, columns)
        var overColumns = [Float](repeating: 99, count: rows + 1)
        vm_sum_columns(x, &overColumns, rows, columns)
        for column in 0..<columns {
          let sum = (0..<rows).reduce(0.0) { $0 + Double(x[$1 * columns + column]) }
          #expect(abs(Double(overRows[column]) - sum) < 1e-4, "\(rows) by \(columns)")
        }
        for row in 0..<rows {
          let sum = (0..<columns).reduce(0.0) { $0 + Double(x[row * columns + $1]) }
          #expect(abs(Double(overColumns[row]) - sum) < 1e-4, "\(rows) by \(columns)")
        }
        #expect(overRows[columns] == 99)
        #expect(overColumns[rows] == 99)
      }
    }
  }
}
