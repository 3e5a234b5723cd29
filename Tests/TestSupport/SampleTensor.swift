import Autodiff
import RandomNumbers

/// A constant with random elements that keep a distance from 0, where relu, elu and division have
/// their edges.
///
/// - Parameters:
///   - shape: The shape of the tensor.
///   - seed: Equal seeds give equal tensors.
///   - magnitude: The range of the elements' absolute values.
///   - isPositive: Whether all elements are positive; half of them are negative otherwise.
public func sampleTensor(
  _ shape: Shape, seed: UInt64, magnitude: ClosedRange<Float> = 0.4...1.6, isPositive: Bool = false
) -> Tensor {
  var generator = PCG64(seed: seed)
  let values = (0..<shape.count).map { _ in
    let size = Float.random(in: magnitude, using: &generator)
    return isPositive || Bool.random(using: &generator) ? size : -size
  }
  return Tensor(values, shape: shape)
}
