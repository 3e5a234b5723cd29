import Autodiff
import RandomNumbers

/// Rows of independent Gaussians, from their means μ and the logarithms of their scales σ.
public struct DiagonalGaussian: ReparameterizedDistribution {
  public static var name: String { "Gaussian" }

  /// μ and log σ side by side, [rows, 2 · variables].
  public let parameters: Tensor

  /// - Parameter parameters: μ and log σ side by side, [rows, 2 · variables].
  public init(parameters: Tensor) {
    precondition(
      parameters.shape.rank == 2 && parameters.shape[1] % 2 == 0,
      "DiagonalGaussian: parameters of shape \(parameters.shape) are not means beside log-scales")
    self.parameters = parameters
  }

  /// - Parameters:
  ///   - mean: μ, [rows, variables].
  ///   - logScale: log σ, of the same shape.
  public init(mean: Tensor, logScale: Tensor) {
    precondition(
      mean.shape == logScale.shape,
      "DiagonalGaussian: means \(mean.shape) and log-scales \(logScale.shape) differ in shape")
    self.init(parameters: .concatenatingColumns([mean, logScale]))
  }

  public var sampleWidth: Int { parameters.shape[1] / 2 }

  public func replacing(parameters: Tensor) -> DiagonalGaussian {
    DiagonalGaussian(parameters: parameters)
  }

  public var mean: Tensor { parameters.columns(0..<sampleWidth) }

  /// log σ, [rows, variables].
  public var logScale: Tensor { parameters.columns(sampleWidth..<2 * sampleWidth) }

  public func sample(using generator: inout PCG64) -> Tensor {
    var noise = [Float](repeating: 0, count: sampleShape.count)
    noise.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
    return withoutRecording { mean + logScale.exp() * Tensor(noise, shape: sampleShape) }
  }

  /// The given sample b as the function μ + σ ε of the parameters, its noise ε held fixed.
  public func reparameterized(_ sample: Tensor) -> Tensor {
    mean + logScale.exp() * withoutRecording { noise(of: sample) }
  }

  /// μ + σ ε with the noise of the sample, and the sample itself, a constant: H is the identity.
  public func relaxations(
    given sample: Tensor, coupling: NoiseCoupling, using generator: inout PCG64
  ) -> (unconditional: Tensor, conditional: Tensor) {
    (reparameterized(sample), sample.detached())
  }

  public func soft(_ z: Tensor, logTemperature: Tensor) -> Tensor { z }

  /// Σ log σ + ½ log 2πe, [rows].
  public func entropy() -> Tensor {
    let halfLogTwoPiE: Float = 1.418_938_5
    return logScale.sumOverColumns() + Float(sampleWidth) * halfLogTwoPiE
  }

  public func logProbability(of sample: Tensor) -> Tensor {
    let halfLogTwoPi: Float = 0.918_938_53
    return -((0.5 * noise(of: sample).squared()) + logScale + halfLogTwoPi).sumOverColumns()
  }

  public func score(of sample: Tensor) -> Tensor {
    let noise = noise(of: sample)
    return .concatenatingColumns([noise * (-logScale).exp(), noise.squared() - 1])
  }

  /// ε = (b − μ) / σ
  private func noise(of sample: Tensor) -> Tensor {
    checkShape(of: sample)
    return (sample - mean) * (-logScale).exp()
  }
}
