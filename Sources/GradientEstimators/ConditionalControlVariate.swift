import Autodiff
import Distributions
import RandomNumbers
import State

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

/// c(z̃) and the correction ∂[c(z) − c(z̃)]/∂θ where z and z̃ share their noise.
///
/// c has the same value and the same slope at both, so it is evaluated once.
///
/// - Parameters:
///   - z: A relaxation as a function of `leaf`, [rows, sampleWidth].
///   - zTilde: Its conditional, of the same values.
///   - leaf: θ as a variable that nothing else depends on, [rows, parameters].
///   - recorded: Whether the correction is to be differentiated in c's parameters.
///   - c: The control variate, [rows, sampleWidth] to [rows].
/// - Returns: The value [rows] and the correction [rows, parameters].
func coupledControl(
  _ z: Tensor, _ zTilde: Tensor, leaf: Tensor, recorded: Bool, _ c: (Tensor) -> Tensor
) -> (value: Tensor, correction: Tensor) {
  let shared = zTilde.detached().asVariable()
  let value = c(shared)
  let slope = gradients(of: value.sum(), withRespectTo: [shared], recorded: recorded)[0]
  let correction = gradients(
    of: z - zTilde, withRespectTo: [leaf], cotangent: slope, recorded: recorded)
  return (value, correction[0])
}

/// An estimator of the equation above, given by its c.
public protocol RelaxationControlledEstimator: GradientEstimator {
  /// Whether z and z̃ share their noise.
  var coupling: NoiseCoupling { get }

  /// Whether c's parameters are variables that ĝ is to be differentiated in.
  var isAdapting: Bool { get }

  /// c at relaxations z [rows, sampleWidth], a vector [rows].
  ///
  /// - Parameters:
  ///   - z: The relaxations.
  ///   - distribution: What softens them.
  ///   - problem: What f and the context are taken from.
  func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor

  /// What is subtracted from f besides, a constant that knows nothing of b, [rows]; `nil` without.
  func baseline(of problem: EstimationProblem) -> Tensor?
}

extension RelaxationControlledEstimator {
  public func baseline(of problem: EstimationProblem) -> Tensor? { nil }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    if Self.traits.needsDifferentiable { try problem.requireDifferentiable(for: Self.traits) }
    let leaf = try problem.reparameterized(for: Self.traits).atLeaf()
    let sample = problem.drawSample(using: &generator)
    let score = withoutRecording { leaf.score(of: sample) }
    let (z, zTilde) = leaf.relaxations(given: sample, coupling: coupling, using: &generator)
    // c(z̃), and what it puts back.
    let (values, (c, correction)) = problem.value(atDrawn: sample) { () -> (Tensor, Tensor) in
      let control = { controlVariate(at: $0, of: leaf, in: problem) }
      switch coupling {
      case .independent:
        let czTilde = control(zTilde)
        let correction = gradients(
          of: (control(z) - czTilde).sum(), withRespectTo: [leaf.parameters], recorded: isAdapting)
        return (czTilde, correction[0])
      case .coupled:
        return coupledControl(z, zTilde, leaf: leaf.parameters, recorded: isAdapting, control)
      }
    }
    let signal = baseline(of: problem).map { values.detached() - $0 } ?? values.detached()
    let gradient = score.multiplyingRows(by: signal - c) + correction
    var estimate = GradientEstimate(
      gradient: isAdapting ? gradient : gradient.detached(), values: values, problem: problem)
    estimate.evaluation = GradientEstimate.Evaluation(of: problem, [(sample, values)])
    return estimate
  }
}
