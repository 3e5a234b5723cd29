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
  /// The weights by which the context enters the first layer, where it has weights of its own.
  private var contextWeight: Tensor?
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
  ///   - contextHasOwnWeights: Whether the context is multiplied apart from z, which spares derivatives
  ///     in z the products with a wide context. There must be a context and a hidden layer.
  ///   - unit: A constant factor, the size that values of f have.
  ///   - generator: Where the initial weights come from.
  public init(
    contextWidth: Int, sampleWidth: Int, seesRelaxation: Bool = true, hiddenSizes: [Int],
    activation: Activation, output: Initializer, scale: Float = 1, temperature: Float = 1,
    contextHasOwnWeights: Bool = false, unit: Float = 1, using generator: inout PCG64
  ) {
    precondition(
      !contextHasOwnWeights || (contextWidth > 0 && !hiddenSizes.isEmpty && seesRelaxation),
      "RelaxedControlVariate: a context of \(contextWidth), hidden layers \(hiddenSizes)")
    let joined = contextHasOwnWeights ? 0 : contextWidth
    network = MLP(
      sizes: [joined + (seesRelaxation ? sampleWidth : 0)] + hiddenSizes + [1],
      activation: activation, output: output, using: &generator)
    if contextHasOwnWeights {
      contextWeight = Initializer.orthogonal(gain: activation.gain)
        .matrix(inputs: contextWidth, outputs: hiddenSizes[0], using: &generator)
    }
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
    let output: Tensor
    if let contextWeight, let context {
      output = network(
        soften(z, logTemperature), adding: context.matrixProduct(contextWeight))
    } else {
      var parts = context.map { [$0] } ?? []
      if seesRelaxation { parts.append(soften(z, logTemperature)) }
      output = network(parts.count == 1 ? parts[0] : .concatenatingColumns(parts))
    }
    return (unit * output).reshaped([z.shape[0]]).scaled(by: scale)
  }

  /// Whether gradients can be taken with respect to the parameters, as when ĝ is to be differentiated
  /// in them; without, nothing needs to be recorded for a second derivative.
  public var hasVariables: Bool { scale.isRecorded }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    if var weight = contextWeight {
      // The only reference, so that it is changed in place.
      contextWeight = nil
      visit("context_weight", &weight)
      contextWeight = weight
    }
    visit("log_temperature", &logTemperature)
    visit("scale", &scale)
  }
}
