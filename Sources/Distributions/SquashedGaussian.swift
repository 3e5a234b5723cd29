import Autodiff
import RandomNumbers

/// Rows of independent Gaussians squashed into (−1, 1): a = tanh u, u ~ N(μ, σ²).
///
///     log p(a) = Σ_i [log N(u_i; μ_i, σ_i²) − log(1 − tanh² u_i)]
///     log(1 − tanh² u) = 2 (log 2 − u − softplus(−2u))
///
/// The second line has no difference of nearly equal numbers, however far u is out. T. Haarnoja et
/// al., "Soft Actor-Critic Algorithms and Applications", 2018 (arXiv:1812.05905), appendix C.
///
/// The mean and the entropy have no closed form.
public struct SquashedGaussian: Sendable {
  /// μ, [rows, variables].
  public let location: Tensor
  /// log σ, of the same shape.
  public let logScale: Tensor

  /// - Parameters:
  ///   - location: μ, [rows, variables].
  ///   - logScale: log σ, of the same shape.
  public init(location: Tensor, logScale: Tensor) {
    precondition(
      location.shape.rank == 2 && location.shape == logScale.shape,
      "SquashedGaussian: \(location.shape) and \(logScale.shape) are not matrices of one shape")
    self.location = location
    self.logScale = logScale
  }

  /// tanh μ, the median of each variable, [rows, variables].
  public var median: Tensor { location.tanh() }

  /// A draw of each row and its log-density, as functions of μ and log σ with the noise held fixed.
  ///
  /// - Returns: a of shape [rows, variables] and log p(a) of shape [rows].
  public func sample(
    using generator: inout PCG64
  ) -> (sample: Tensor, logProbability: Tensor) {
    var noise = [Float](repeating: 0, count: location.shape.count)
    noise.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
    return sample(noise: Tensor(noise, shape: location.shape))
  }

  /// The same from given noise ε of shape [rows, variables].
  public func sample(noise: Tensor) -> (sample: Tensor, logProbability: Tensor) {
    let unsquashed = location + logScale.exp() * noise
    return (unsquashed.tanh(), logProbability(unsquashed: unsquashed, noise: noise))
  }

  /// log p(a) of given values a in [−1, 1], [rows, variables]: a vector [rows].
  ///
  /// Differentiable in μ and log σ. The ends, to which `Float` rounds tanh from about ±9 on, count as
  /// the numbers next to them.
  public func logProbability(of sample: Tensor) -> Tensor {
    precondition(
      sample.shape == location.shape,
      "SquashedGaussian: samples of shape \(sample.shape) instead of \(location.shape)")
    let limit = Float(1).nextDown
    let inside = sample.detached().clamped(to: -limit...limit)
    let unsquashed = 0.5 * ((inside + 1).log() - (-inside + 1).log())
    return logProbability(
      unsquashed: unsquashed, noise: (unsquashed - location) * (-logScale).exp())
  }

  private func logProbability(unsquashed u: Tensor, noise: Tensor) -> Tensor {
    let halfLogTwoPi: Float = 0.918_938_53
    let logTwo: Float = 0.693_147_18
    let gaussian = -(0.5 * noise.squared()) - logScale - halfLogTwoPi
    let volume = 2 * (u + (-2 * u).softplus() - logTwo)
    return (gaussian + volume).sumOverColumns()
  }
}
