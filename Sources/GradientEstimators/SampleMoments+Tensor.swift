import Autodiff
import Statistics

extension SampleMoments {
  /// Adds the rows of a matrix [samples, coordinates].
  public mutating func add(rows samples: Tensor) {
    withoutRecording {
      let n = samples.shape[0]
      if n == 0 { return }
      let center = (1 / Float(n)) * samples.sumOverRows()
      // What rounding has left of the mean is taken off in `Double`.
      let deviations = samples.addingToRows(-center)
      let rest = deviations.sumOverRows().values.map { Double($0) / Double(n) }
      merge(
        count: n, mean: zip(center.values, rest).map { Double($0) + $1 },
        squaredDeviations: deviations.squared().sumOverRows().values.enumerated().map {
          // Squares that `Float` cannot hold, or not with all their digits.
          $1 >= 0x1p-100 && $1 < .infinity ? Double($1) : deviations.squaredNorm(ofColumn: $0)
        })
    }
  }
}

extension Tensor {
  /// The sum of the squares of a matrix's column in `Double`.
  fileprivate func squaredNorm(ofColumn column: Int) -> Double {
    stride(from: column, to: shape.count, by: shape[1]).reduce(0) {
      $0 + Double(values[$1]) * Double(values[$1])
    }
  }
}
