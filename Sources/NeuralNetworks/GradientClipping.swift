import Autodiff

/// The Euclidean norm of all the tensors' elements together.
public func globalNorm(_ tensors: [Tensor]) -> Float {
  var sum = 0.0
  withoutRecording { for tensor in tensors { sum += Double(tensor.squaredNorm().scalar) } }
  return Float(sum.squareRoot())
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
  let norm = globalNorm(gradients)
  guard let maximum, norm > maximum else { return (gradients, norm) }
  return (gradients.map { (maximum / norm) * $0 }, norm)
}
