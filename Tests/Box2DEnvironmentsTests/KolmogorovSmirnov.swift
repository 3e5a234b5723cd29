import Foundation

/// The two-sample Kolmogorov–Smirnov test.
struct KolmogorovSmirnov {
  /// The greatest distance between the two empirical distribution functions.
  let statistic: Double

  /// The probability of a distance at least this great if both samples have one distribution, by the
  /// asymptotic series with Stephens's correction for finite samples.
  let pValue: Double

  init(_ first: [Double], _ second: [Double]) {
    let (a, b) = (first.sorted(), second.sorted())
    var (i, j, distance) = (0, 0, 0.0)
    while i < a.count && j < b.count {
      let value = min(a[i], b[j])
      while i < a.count && a[i] == value { i += 1 }
      while j < b.count && b[j] == value { j += 1 }
      distance = max(
        distance, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    statistic = distance
    let size = (Double(a.count * b.count) / Double(a.count + b.count)).squareRoot()
    let lambda = (size + 0.12 + 0.11 / size) * distance
    // The series does not converge near 0, where the probability is 1.
    guard lambda > 0.2 else {
      pValue = 1
      return
    }
    let series = (1...100).reduce(0.0) { sum, k in
      let term = exp(-2 * lambda * lambda * Double(k * k))
      return sum + (k % 2 == 1 ? term : -term)
    }
    pValue = min(max(2 * series, 0), 1)
  }
}
