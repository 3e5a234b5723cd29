import Autodiff

/// The Euclidean norm of all the tensors' elements together; infinite where `Float` cannot hold it.
public func globalNorm(_ tensors: [Tensor]) -> Float { Float(norm(tensors)) }

/// The same in `Double`, which holds the norm of any finite elements.
private func norm(_ tensors: [Tensor]) -> Double {
  tensors.reduce(0) { $0 + squaredNorm($1) }.squareRoot()
}

/// The sum of the squares of all elements.
private func squaredNorm(_ tensor: Tensor) -> Double {
  let sum = withoutRecording { tensor.squaredNorm().scalar }
  // In `Float`, squares overflow from 2⁶⁴ on, and small ones lose their digits, down to none. What sums
  // from 2⁻¹⁰⁰ on lose that way is below the rounding of the others.
  if sum.isNaN || (sum >= 0x1p-100 && sum < .infinity) { return Double(sum) }
  return tensor.values.reduce(0) { $0 + Double($1) * Double($1) }
}

/// Scales the gradients down together, so that their global norm is at most `maximum`.
///
/// R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks",
/// 2013 (arXiv:1211.5063).
///
/// - Returns: The gradients to apply and the norm before scaling.
public func clipByGlobalNorm(
  _ gradients: [Tensor], maximum: Float?
) -> (gradients: [Tensor], norm: Float) {
  let exact = norm(gradients)
  let norm = Float(exact)
  guard let maximum, norm > maximum else { return (gradients, norm) }
  let factor = maximum / norm
  if factor.isNormal { return (gradients.map { factor * $0 }, norm) }
  // A factor that `Float` cannot hold is a product of two that it can.
  let ratio = Double(maximum) / exact
  let root = Float(ratio.squareRoot())
  let rest = root > 0 ? Float(ratio / Double(root)) : 0
  return (gradients.map { rest * (root * $0) }, norm)
}
