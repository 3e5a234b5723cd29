import Autodiff
import RandomNumbers

/// How a weight matrix starts.
public enum Initializer: Sendable, Equatable {
  /// Rows or columns, whichever are fewer, orthonormal, times `gain`; √2 suits ReLU, 1 a linear
  /// output. A. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
  /// neural networks", 2014 (arXiv:1312.6120).
  case orthogonal(gain: Float)

  /// Uniform on ±√(6 / (inputs + outputs)). X. Glorot, Y. Bengio, "Understanding the difficulty of
  /// training deep feedforward neural networks", 2010.
  case glorotUniform

  /// Uniform on ±1 / √inputs, as PyTorch's linear layers start. Y. LeCun, L. Bottou, G. Orr,
  /// K. Müller, "Efficient BackProp", 1998, with the range of T. Lillicrap et al., 2016
  /// (arXiv:1509.02971), section 7.
  case fanInUniform

  /// All zeros, for an output that starts at nothing.
  case zeros

  /// A matrix of shape [inputs, outputs].
  public func matrix(
    inputs: Int, outputs: Int, using generator: inout some RandomNumberGenerator
  ) -> Tensor {
    let shape: Shape = [inputs, outputs]
    switch self {
    case .zeros:
      return .zeros(shape)
    case .glorotUniform:
      return uniform((6 / Double(inputs + outputs)).squareRoot(), shape, using: &generator)
    case .fanInUniform:
      return uniform((1 / Double(inputs)).squareRoot(), shape, using: &generator)
    case .orthogonal(let gain):
      let wide = inputs < outputs
      let vectors = orthonormalVectors(
        count: min(inputs, outputs), length: max(inputs, outputs), using: &generator)
      var values = [Float](repeating: 0, count: shape.count)
      for (k, vector) in vectors.enumerated() {
        for (i, element) in vector.enumerated() {
          values[wide ? k * outputs + i : i * outputs + k] = gain * Float(element)
        }
      }
      return Tensor(values, shape: shape)
    }
  }
}

/// Independent draws between ± `bound`.
private func uniform(
  _ bound: Double, _ shape: Shape, using generator: inout some RandomNumberGenerator
) -> Tensor {
  Tensor(
    (0..<shape.count).map { _ in Float(bound * (2 * generator.openUniform() - 1)) }, shape: shape)
}

/// Gaussian vectors made orthonormal by Gram and Schmidt, twice for the rounding.
private func orthonormalVectors(
  count: Int, length: Int, using generator: inout some RandomNumberGenerator
) -> [[Double]] {
  var vectors: [[Double]] = []
  for _ in 0..<count {
    var vector = (0..<length).map { _ in generator.standardNormal() }
    for _ in 0..<2 {
      for earlier in vectors {
        let overlap = zip(vector, earlier).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<length { vector[i] -= overlap * earlier[i] }
      }
    }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    vectors.append(vector.map { $0 / norm })
  }
  return vectors
}
