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

/// For each value, the mean of it and those before it, `window` at most.
public func movingMean(_ values: [Double], window: Int) -> [Double] {
  precondition(window > 0, "a mean of \(window) values")
  // Each sum anew: a running one would keep the rounding errors of all values before.
  return values.indices.map { mean(Array(values[max(0, $0 + 1 - window)...$0])) }
}
