import Autodiff
import RandomNumbers

/// Rows of random vectors b ~ p(b | θ), each with its own parameters.
///
/// The parameters are one matrix, so that estimators of ∂E[f(b)]/∂θ need not know what they mean:
/// logits of Bernoullis and categoricals, means and log-scales of Gaussians.
public protocol LatentDistribution: Sendable {
  /// What the distribution is, for messages: "Bernoulli".
  static var name: String { get }

  /// θ, [rows, parameters].
  var parameters: Tensor { get }

  /// The number of scalars in a row of samples.
  var sampleWidth: Int { get }

  /// The same kind of distribution with other parameters of the same shape or number of columns.
  func replacing(parameters: Tensor) -> Self

  /// A draw for each row, constant, [rows, sampleWidth].
  func sample(using generator: inout PCG64) -> Tensor

  /// log p(b | θ) of a sample of each row, [rows].
  func logProbability(of sample: Tensor) -> Tensor

  /// ∂ log p(b | θ) / ∂θ, the score of a sample of each row, [rows, parameters].
  func score(of sample: Tensor) -> Tensor

  /// E[b], [rows, sampleWidth].
  var mean: Tensor { get }

  /// Whether the scalars of a row of samples are independent of each other; true by default.
  var hasIndependentScalars: Bool { get }
}

extension LatentDistribution {
  public var hasIndependentScalars: Bool { true }

  /// The number of rows.
  public var rowCount: Int { parameters.shape[0] }

  /// The number of parameters of a row.
  public var parameterCount: Int { parameters.shape[1] }

  /// The shape of samples.
  public var sampleShape: Shape { [rowCount, sampleWidth] }

  /// The same distribution as a function of a new variable that has the parameters' values; what
  /// led to the parameters is cut off.
  public func atLeaf() -> Self { replacing(parameters: parameters.detached().asVariable()) }

  /// The same distribution with parameters that are constants.
  public func detached() -> Self { replacing(parameters: parameters.detached()) }

  func checkShape(of sample: Tensor, _ function: StaticString = #function) {
    precondition(
      sample.shape == sampleShape,
      "\(Self.name).\(function): samples of shape \(sample.shape) instead of \(sampleShape)")
  }
}

/// How the noise of a relaxation z and of its conditional z̃ are related.
public enum NoiseCoupling: String, Sendable, Codable, CaseIterable {
  /// The same noise: z̃ equals z, and differs from it in its derivative alone. One evaluation of a
  /// control variate serves both.
  case coupled
  /// Independent noise.
  case independent
}

/// A distribution whose draws are a function b = H(z) of a z that is reparameterised, and that can be
/// drawn given b as well: what RELAX asks for.
///
/// Where b is continuous, z is b itself: H is the identity, z̃ the constant b, and the equations of RELAX
/// are those of LAX.
public protocol ReparameterizedDistribution: LatentDistribution {
  /// A relaxation z with H(z) = b and a conditional relaxation z̃ ~ p(z | b, θ).
  ///
  /// z is distributed as p(z | θ) over the joint draw of b and z. Its derivative in θ is that of the
  /// unconditional reparameterisation; that of z̃ goes through the truncation, b being fixed.
  ///
  /// - Parameters:
  ///   - sample: b, [rows, sampleWidth].
  ///   - coupling: Whether the two share their noise.
  ///   - generator: Where the noise comes from.
  /// - Returns: z and z̃, differentiable in θ, [rows, sampleWidth].
  func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor)

  /// z ~ p(z | θ), reparameterised: differentiable in θ with the noise fixed, [rows, sampleWidth].
  func relaxedSample(using generator: inout PCG64) -> Tensor

  /// The soft sample of a relaxation: σ(z / λ) or softmax(z / λ), which tends to H(z) as λ → 0; z where
  /// H is the identity.
  ///
  /// - Parameters:
  ///   - z: A relaxation, [rows, sampleWidth].
  ///   - logTemperature: log λ, a scalar.
  func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor

  /// The entropy of each row in nats, [rows]; that of a density where b is continuous.
  func entropy() -> Tensor
}

/// A distribution over discrete vectors b = H(z) of a continuous z.
public protocol RelaxableDistribution: ReparameterizedDistribution {
  /// H(z), a constant.
  func hard(_ z: Tensor) -> Tensor

  /// How many values b can take in a row; `nil` if they are more than 2³⁰.
  var supportCount: Int? { get }

  /// The value of b of number `index`, the same in every row, [rows, sampleWidth].
  func supportPoint(_ index: Int) -> Tensor
}

extension ReparameterizedDistribution {
  public func relaxedSample(using generator: inout PCG64) -> Tensor {
    let sample = sample(using: &generator)
    return relaxations(given: sample, coupling: .coupled, using: &generator).unconditional
  }
}
