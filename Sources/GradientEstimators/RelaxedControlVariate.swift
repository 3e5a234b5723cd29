import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers

/// c(z, x): unit · scale · network(x, soft(z; τ)), with a trained temperature τ and scale.
///
/// W. Grathwohl et al., "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123), section
/// 3.2 and appendix D. The output starts at zero, by the last layer or by the scale, so that training
/// starts from the estimator without it.
public struct RelaxedControlVariate: Module {
  public var network: MLP
  /// log τ
  public var logTemperature: Tensor
  public var scale: Tensor
  private let unit: Float
  /// Whether z is an input; a function of the context alone otherwise.
  public let seesRelaxation: Bool

  /// - Parameters:
  ///   - contextWidth: The number of scalars in a row of x; 0 without a context.
  ///   - sampleWidth: The number of scalars in a row of z.
  ///   - seesRelaxation: Whether z is an input.
  ///   - hiddenSizes: The widths of the hidden layers.
  ///   - activation: The function between the layers.
  ///   - output: How the last layer starts.
  ///   - scale: Where the trained scale starts.
  ///   - temperature: Where τ starts.
  ///   - unit: A constant factor, the size that values of f have.
  ///   - generator: Where the initial weights come from.
  public init(
    contextWidth: Int, sampleWidth: Int, seesRelaxation: Bool = true, hiddenSizes: [Int],
    activation: Activation, output: Initializer, scale: Float = 1, temperature: Float = 1,
    unit: Float = 1, using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [contextWidth + (seesRelaxation ? sampleWidth : 0)] + hiddenSizes + [1],
      activation: activation, output: output, using: &generator)
    self.logTemperature = withoutRecording { Tensor(temperature).log() }
    self.scale = Tensor(scale)
    self.unit = unit
    self.seesRelaxation = seesRelaxation
  }

  /// The values at contexts [rows, width] and relaxations z [rows, width]: a vector [rows].
  ///
  /// - Parameters:
  ///   - context: x; `nil` where the width of the context is 0.
  ///   - z: The relaxations.
  ///   - soften: The soft sample of z at log τ.
  public func callAsFunction(
    _ context: Tensor?, relaxation z: Tensor,
    soften: (_ z: Tensor, _ logTemperature: Tensor) -> Tensor
  ) -> Tensor {
    var parts = context.map { [$0] } ?? []
    if seesRelaxation { parts.append(soften(z, logTemperature)) }
    let input = parts.count == 1 ? parts[0] : .concatenatingColumns(parts)
    return (unit * network(input)).reshaped([z.shape[0]]).scaled(by: scale)
  }

  /// Whether gradients can be taken with respect to the parameters, as when ĝ is to be differentiated
  /// in them; without, nothing needs to be recorded for a second derivative.
  public var hasVariables: Bool { scale.isRecorded }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    visit("log_temperature", &logTemperature)
    visit("scale", &scale)
  }
}
