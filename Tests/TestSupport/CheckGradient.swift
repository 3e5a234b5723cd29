import Autodiff
import RandomNumbers
import Testing

/// Compares the gradients of a function with central finite differences, and records an issue for
/// every input where they differ.
///
/// The function's output y, of any shape, is contracted with fixed weights w to the scalar
/// Σᵢ wᵢ yᵢ. Its finite differences are taken in `Double`, at steps halved several times and
/// extrapolated to 0 (Ridders 1982, "Accurate computation of F′(x) and F′(x)F″(x)"), so that
/// neither the rounding of Float32 nor the curvature of the function decides.
///
/// - Parameters:
///   - function: Computes a tensor from variables. It may take recorded gradients itself.
///   - inputs: Where to differentiate: at least twice `step`, relative to the larger of 1 and the
///     element, away from any point where the function has no derivative.
///   - order: Which derivative to check. For 2 and 3 the function is first replaced, once or
///     twice, by the squares of its own recorded gradients.
///   - step: The largest step, relative to the larger of 1 and the element.
///   - tolerance: The greatest relative error, of each input's whole gradient in the Euclidean
///     norm and, beyond `floor`, of each coordinate.
///   - floor: The absolute error allowed, as a fraction of the larger of 1 and the largest
///     coordinate of all gradients.
public func checkGradient(
  of function: @escaping ([Tensor]) -> Tensor, at inputs: [Tensor], order: Int = 1,
  step: Float = 0.0625, tolerance: Double = 5e-3, floor: Double = 3e-4,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  precondition(order >= 1, "checkGradient: there is no derivative of order \(order)")
  var checked = function
  for _ in 1..<order { checked = squaredGradients(of: checked) }

  let variables = inputs.map { $0.asVariable() }
  let output = checked(variables)
  let weights = contractionWeights(output.shape)
  let found = gradients(of: output, withRespectTo: variables, cotangent: weights)
  let expected = inputs.indices.map { input in
    (0..<inputs[input].shape.count).map { element in
      extrapolatedDifference(
        of: checked, at: inputs, input: input, element: element, step: step, weights: weights)
    }
  }
  let scale = expected.joined().reduce(1.0) { max($0, abs($1)) }
  for (input, tensor) in inputs.enumerated() {
    let mismatch = describeMismatch(
      found: found[input], expected: expected[input], shape: tensor.shape, tolerance: tolerance,
      floor: floor * scale)
    if let mismatch {
      Issue.record(
        "gradient of order \(order) in input \(input): \(mismatch)",
        sourceLocation: sourceLocation)
    }
  }
}

/// The function whose output is the square of every gradient of `function`.
private func squaredGradients(
  of function: @escaping ([Tensor]) -> Tensor
) -> ([Tensor]) -> Tensor {
  { inputs in
    let output = function(inputs)
    let slopes = gradients(
      of: output, withRespectTo: inputs, cotangent: contractionWeights(output.shape),
      recorded: true)
    return .concatenatingRows(slopes.map { $0.squared().reshaped([$0.shape.count]) })
  }
}

/// Weights between 0.5 and 1.5, the same ones for the same shape.
private func contractionWeights(_ shape: Shape) -> Tensor {
  var generator = PCG64(seed: 20_250_101)
  return Tensor(
    (0..<shape.count).map { _ in .random(in: 0.5..<1.5, using: &generator) }, shape: shape)
}

/// The derivative in one element of one input by Ridders's extrapolation of central differences.
private func extrapolatedDifference(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], input: Int, element: Int, step: Float,
  weights: Tensor
) -> Double {
  let centre = inputs[input].values[element]
  var size = step * max(1, abs(centre))
  var previous: [Double] = []
  var best = (value: Double.nan, error: Double.infinity)
  for _ in 0..<5 {
    var row = [
      centralDifference(
        of: function, at: inputs, input: input, element: element, from: centre - size,
        to: centre + size, weights: weights)
    ]
    var factor = 1.0
    for (column, coarser) in previous.enumerated() {
      factor *= 4
      row.append((factor * row[column] - coarser) / (factor - 1))
      let error = max(abs(row[column + 1] - row[column]), abs(row[column + 1] - coarser))
      if error < best.error { best = (row[column + 1], error) }
    }
    previous = row
    size /= 2
  }
  return best.value
}

private func centralDifference(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], input: Int, element: Int,
  from low: Float, to high: Float, weights: Tensor
) -> Double {
  func output(_ value: Float) -> Tensor {
    var changed = inputs
    changed[input].updateValues { $0[element] = value }
    return function(changed.map { $0.asVariable() })
  }
  let (below, above) = (output(low), output(high))
  var difference = 0.0
  for (index, weight) in weights.values.enumerated() {
    difference += Double(weight) * (Double(above.values[index]) - Double(below.values[index]))
  }
  return difference / (Double(high) - Double(low))
}

/// What is wrong with one input's gradient, or `nil`.
private func describeMismatch(
  found: Tensor, expected: [Double], shape: Shape, tolerance: Double, floor: Double
) -> String? {
  guard found.shape == shape else {
    return "the gradient has the shape \(found.shape), the input \(shape)"
  }
  var wrong: [String] = []
  var (errorSquares, squares) = (0.0, 0.0)
  for (index, difference) in expected.enumerated() {
    let value = Double(found.values[index])
    let error = abs(value - difference)
    errorSquares += error * error
    squares += difference * difference
    // Not the opposite comparison: it must be false for NaN.
    if !(error <= tolerance * abs(difference) + floor) {
      wrong.append("at \(coordinates(of: index, in: shape)) \(value), by differences \(difference)")
    }
  }
  if let first = wrong.first {
    return "\(wrong.count) of \(expected.count) coordinates are wrong; \(first)"
  }
  let (errorNorm, norm) = (errorSquares.squareRoot(), squares.squareRoot())
  if !(errorNorm <= tolerance * norm + floor) {
    return "the norm of the error is \(errorNorm), that of the gradient \(norm)"
  }
  return nil
}

private func coordinates(of index: Int, in shape: Shape) -> [Int] {
  var rest = index
  let reversed = shape.dimensions.reversed().map { length in
    defer { rest /= length }
    return rest % length
  }
  return reversed.reversed()
}
