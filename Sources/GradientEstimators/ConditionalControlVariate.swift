import Autodiff
import Distributions
import RandomNumbers

// The equation that REBAR, RELAX and their relatives share,
//
//     ĝ = (f(b) − c(z̃)) ∂log p(b | θ)/∂θ + ∂[c(z) − c(z̃)]/∂θ
//
// with b = H(z), z ~ p(z | θ) and z̃ ~ p(z | b, θ). W. Grathwohl, D. Choi, Y. Wu, G. Roeder,
// D. Duvenaud, "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123), equation 8.

/// The score-function term plus the correction that keeps it unbiased.
///
/// - Parameters:
///   - advantages: f(b) − c(z̃), and whatever else is independent of b given its row, subtracted;
///     [rows]. Not detached: the variance reaches c's parameters through them too.
///   - score: ∂log p(b | θ)/∂θ, a constant, [rows, parameters].
///   - difference: c(z) − c(z̃) as a function of `leaf`, [rows].
///   - leaf: θ as a variable that nothing else depends on, [rows, parameters].
///   - recorded: Whether the result is to be differentiated in c's parameters.
/// - Returns: ĝ of each row, [rows, parameters].
public func controlledGradient(
  advantages: Tensor, score: Tensor, difference: Tensor, leaf: Tensor, recorded: Bool
) -> Tensor {
  let correction = gradients(of: difference.sum(), withRespectTo: [leaf], recorded: recorded)
  return score.multiplyingRows(by: advantages) + correction[0]
}

extension EstimationProblem {
  /// ĝ for a control variate c, one sample a row.
  ///
  /// - Parameters:
  ///   - traits: The estimator's, for messages.
  ///   - coupling: Whether z and z̃ share their noise.
  ///   - recorded: Whether c has variables that ĝ is to be differentiated in.
  ///   - generator: Where samples and noise come from.
  ///   - c: The control variate of relaxations z [rows, width], a vector [rows].
  func estimate(
    for traits: EstimatorTraits, coupling: NoiseCoupling, recorded: Bool,
    using generator: inout PCG64,
    controlVariate c: (_ z: Tensor, _ distribution: any RelaxableDistribution) -> Tensor
  ) throws(EstimatorError) -> GradientEstimate {
    let leaf = try relaxable(for: traits).atLeaf()
    let sample = leaf.sample(using: &generator)
    let score = withoutRecording { leaf.score(of: sample) }
    let values = value(at: sample)
    let (z, zTilde) = leaf.relaxations(given: sample, coupling: coupling, using: &generator)
    let gradient: Tensor
    switch coupling {
    case .independent:
      let czTilde = c(zTilde, leaf)
      gradient = controlledGradient(
        advantages: values.detached() - czTilde, score: score,
        difference: c(z, leaf) - czTilde, leaf: leaf.parameters, recorded: recorded)
    case .coupled:
      // c has the same value and the same slope at z and z̃, so it is evaluated once.
      let shared = zTilde.detached().asVariable()
      let cz = c(shared, leaf)
      let slope = gradients(of: cz.sum(), withRespectTo: [shared], recorded: recorded)[0]
      let correction = gradients(
        of: z - zTilde, withRespectTo: [leaf.parameters], cotangent: slope, recorded: recorded)[0]
      gradient = score.multiplyingRows(by: values.detached() - cz) + correction
    }
    return GradientEstimate(
      gradient: recorded ? gradient : gradient.detached(), values: values, problem: self)
  }
}
