import Testing

/// Expects that `value` is `expected` up to rounding: 1e-6 of it, or 1e-6.
func expectClose(
  _ value: Float, _ expected: Double, tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = abs(Double(value) - expected)
  #expect(
    error <= tolerance * max(1, abs(expected)), "\(value) instead of \(expected)",
    sourceLocation: sourceLocation)
}

/// Expects that all of `values` are `expected` up to rounding.
func expectClose(
  _ values: [Float], _ expected: [Double], tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  for (value, reference) in zip(values, expected) {
    expectClose(value, reference, tolerance: tolerance, sourceLocation: sourceLocation)
  }
}
