import Autodiff
import RandomNumbers

/// Rows of independent Bernoulli variables, b_i = 1 with probability σ(α_i), from their logits α.
///
/// b = H(z) = 1[z > 0] with the relaxation z = α + log u − log(1 − u), u uniform: C. Maddison,
/// A. Mnih, Y. W. Teh, "The Concrete Distribution", 2017 (arXiv:1611.00712). Given b, z is logistic
/// noise truncated to its side of 0: W. Grathwohl et al., "Backpropagation through the Void", 2018
/// (arXiv:1711.00123), appendix B, here in a form that is stable for every finite logit.
public struct Bernoulli: RelaxableDistribution {
  public static var name: String { "Bernoulli" }

  /// α, [rows, variables].
  public let logits: Tensor

  /// - Parameter logits: α, [rows, variables].
  public init(logits: Tensor) {
    precondition(
      logits.shape.rank == 2, "Bernoulli: logits of shape \(logits.shape) are not a matrix")
    self.logits = logits
  }

  public var parameters: Tensor { logits }

  public var sampleWidth: Int { logits.shape[1] }

  public func replacing(parameters: Tensor) -> Bernoulli { Bernoulli(logits: parameters) }

  /// σ(α), [rows, variables].
  public var probabilities: Tensor { logits.sigmoid() }

  public var mean: Tensor { probabilities }

  public func sample(using generator: inout PCG64) -> Tensor {
    sample(uniforms: generator.openUniforms(count: logits.shape.count))
  }

  /// b = 1[u > σ(−α)] from given uniforms, one for each variable.
  public func sample(uniforms: [Float]) -> Tensor {
    withoutRecording {
      (Tensor(uniforms, shape: logits.shape) - (-logits).sigmoid()).unitStep()
    }
  }

  public func logProbability(of sample: Tensor) -> Tensor {
    checkShape(of: sample)
    // log σ(±α) = −softplus(∓α)
    return -((-sign(of: sample)) * logits).softplus().sumOverColumns()
  }

  public func score(of sample: Tensor) -> Tensor {
    checkShape(of: sample)
    return sample - probabilities
  }

  public func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor) {
    let conditional = conditionalRelaxation(
      given: sample, uniforms: generator.openUniforms(count: logits.shape.count))
    switch coupling {
    case .coupled:
      return (withUnitSlope(conditional), conditional)
    case .independent:
      let z = withoutRecording {
        conditionalRelaxation(
          given: sample, uniforms: generator.openUniforms(count: logits.shape.count))
      }
      return (withUnitSlope(z), conditional)
    }
  }

  /// z̃ ~ p(z | b) from given uniforms on the open interval (0, 1), one for each variable.
  ///
  /// With s = ±1 for b = 1, 0: z̃ = s [softplus(s α + log u) − log(1 − u)], whose derivative in α is
  /// σ(s α + log u). Both terms are positive, so H(z̃) = b whatever α and u are.
  public func conditionalRelaxation(given sample: Tensor, uniforms: [Float]) -> Tensor {
    checkShape(of: sample)
    let sign = sign(of: sample)
    let u = Tensor(uniforms, shape: logits.shape)
    let logUniform = u.log()
    // −log(1 − u) = softplus(logit u), which stays positive where 1 − u rounds to 1.
    let distance = (logUniform - (-u + 1).log()).softplus()
    return sign * ((sign * logits + logUniform).softplus() + distance)
  }

  /// The values of `z` with the derivative of z = α + noise.
  private func withUnitSlope(_ z: Tensor) -> Tensor {
    z.detached() + logits.zeroWithUnitSlope()
  }

  /// Σ softplus(α) − α σ(α), in a form whose terms are positive and small where α is large, [rows].
  public func entropy() -> Tensor {
    // −p log p − (1 − p) log(1 − p) with −log p = softplus(−α) and −log(1 − p) = softplus(α).
    let p = probabilities
    let q = (-logits).sigmoid()
    return (p * (-logits).softplus() + q * logits.softplus()).sumOverColumns()
  }

  public func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor {
    z.overTemperature(logTemperature).sigmoid()
  }

  public func hard(_ z: Tensor) -> Tensor { z.unitStep() }

  public var supportCount: Int? { sampleWidth <= 30 ? 1 << sampleWidth : nil }

  /// The bits of `index`, the lowest in the first column.
  public func supportPoint(_ index: Int) -> Tensor {
    let row = (0..<sampleWidth).map { Float(index >> $0 & 1) }
    return Tensor(row).repeatedAsRows(rowCount)
  }

  /// 1 for b = 1, −1 for b = 0.
  private func sign(of sample: Tensor) -> Tensor { 2 * sample - 1 }
}
