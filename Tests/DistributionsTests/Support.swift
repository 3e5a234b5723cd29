import Foundation

/// The Kolmogorov-Smirnov distance of a sample from a distribution function, times √n: above 1.95
/// with a probability of 0.001.
func kolmogorovSmirnov(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
  let n = Double(sample.count)
  var distance = 0.0
  for (index, x) in sample.sorted().enumerated() {
    let p = distribution(x)
    distance = max(distance, p - Double(index) / n, Double(index + 1) / n - p)
  }
  return distance * n.squareRoot()
}

/// The distance between the distribution functions of two samples, in the same units.
func kolmogorovSmirnov(_ first: [Double], _ second: [Double]) -> Double {
  let (a, b) = (first.sorted(), second.sorted())
  let (n, m) = (Double(a.count), Double(b.count))
  var (i, j, distance) = (0, 0, 0.0)
  while i < a.count, j < b.count {
    let x = min(a[i], b[j])
    while i < a.count, a[i] <= x { i += 1 }
    while j < b.count, b[j] <= x { j += 1 }
    distance = max(distance, abs(Double(i) / n - Double(j) / m))
  }
  return distance * (n * m / (n + m)).squareRoot()
}

/// Pearson's statistic of counts against probabilities.
func chiSquare(_ counts: [Int], _ probabilities: [Double]) -> Double {
  let n = Double(counts.reduce(0, +))
  return zip(counts, probabilities).reduce(0) {
    $0 + (Double($1.0) - n * $1.1) * (Double($1.0) - n * $1.1) / (n * $1.1)
  }
}

/// The logarithms of the softmax.
func logSoftmax(_ logits: [Float]) -> [Double] {
  let top = Double(logits.max() ?? 0)
  let total = logits.reduce(0) { $0 + exp(Double($1) - top) }
  return logits.map { Double($0) - top - log(total) }
}

/// One column of a row-major array.
func column(_ index: Int, of values: [Float], width: Int) -> [Double] {
  stride(from: index, to: values.count, by: width).map { Double(values[$0]) }
}

/// Pearson's correlation of two samples.
func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  let products = zip(a, b).reduce((0.0, 0.0, 0.0)) { sums, pair in
    let (x, y) = (pair.0 - meanA, pair.1 - meanB)
    return (sums.0 + x * y, sums.1 + x * x, sums.2 + y * y)
  }
  return products.0 / (products.1 * products.2).squareRoot()
}
