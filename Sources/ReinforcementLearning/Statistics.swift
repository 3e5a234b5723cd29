/// The arithmetic mean; NaN of nothing.
public func mean(_ values: [Double]) -> Double {
  values.reduce(0, +) / Double(values.count)
}

/// The unbiased sample variance; NaN of fewer than two values.
public func sampleVariance(_ values: [Double]) -> Double {
  let center = mean(values)
  return values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)
}

/// The standard error of the mean; NaN of fewer than two values.
public func standardError(_ values: [Double]) -> Double {
  (sampleVariance(values) / Double(values.count)).squareRoot()
}

/// The middle value, or the mean of the middle two; NaN of nothing.
public func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// For each value, the mean of it and those before it, `window` at most.
public func movingMean(_ values: [Double], window: Int) -> [Double] {
  precondition(window > 0, "a mean of \(window) values")
  // Each sum anew: a running one would keep the rounding errors of all values before.
  return values.indices.map { mean(Array(values[max(0, $0 + 1 - window)...$0])) }
}

/// The value below which a fraction of the values lies, interpolated linearly between the two nearest
/// (type 7 of Hyndman and Fan, NumPy's default); NaN of nothing.
///
/// - Parameters:
///   - fraction: 0 for the smallest value, 0.25 for the lower quartile, 1 for the largest.
///   - values: In any order.
public func quantile(_ fraction: Double, of values: [Double]) -> Double {
  quantile(fraction, ofSorted: values.sorted())
}

/// The same of values that are in ascending order already.
func quantile(_ fraction: Double, ofSorted sorted: [Double]) -> Double {
  precondition((0...1).contains(fraction), "\(fraction) is no fraction of the values")
  guard !sorted.isEmpty else { return .nan }
  let position = fraction * Double(sorted.count - 1)
  let index = min(Int(position), max(0, sorted.count - 2))
  // Between equal values there is nothing to interpolate, and infinite ones have no difference.
  guard index + 1 < sorted.count, sorted[index] != sorted[index + 1] else { return sorted[index] }
  return sorted[index] + (sorted[index + 1] - sorted[index]) * (position - Double(index))
}
