/// The middle value, or the mean of the middle two; NaN of nothing, or if a value is.
public func median(_ values: [Double]) -> Double {
  // NaN has no place in an order.
  guard !values.isEmpty, !values.contains(where: \.isNaN) else { return .nan }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The value below which a fraction of the values lies, interpolated linearly between the two nearest
/// (type 7 of Hyndman and Fan, NumPy's default); NaN of nothing, or if a value is.
///
/// - Parameters:
///   - fraction: 0 for the smallest value, 0.25 for the lower quartile, 1 for the largest.
///   - values: In any order.
public func quantile(_ fraction: Double, of values: [Double]) -> Double {
  quantile(fraction, ofSorted: values.contains(where: \.isNaN) ? [] : values.sorted())
}

/// The same of values that are in ascending order already.
func quantile(_ fraction: Double, ofSorted sorted: [Double]) -> Double {
  precondition((0...1).contains(fraction), "\(fraction) is no fraction of the values")
  guard !sorted.isEmpty else { return .nan }
  let position = fraction * Double(sorted.count - 1)
  let index = min(Int(position), max(0, sorted.count - 2))
  // Between equal values there is nothing to interpolate.
  guard index + 1 < sorted.count, sorted[index] != sorted[index + 1] else { return sorted[index] }
  let (lower, upper, weight) = (sorted[index], sorted[index + 1], position - Double(index))
  // Infinite values have no difference.
  guard lower.isFinite && upper.isFinite else {
    return weight == 0 ? lower : weight == 1 ? upper : (1 - weight) * lower + weight * upper
  }
  return lower + (upper - lower) * weight
}
