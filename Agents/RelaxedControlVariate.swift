import Autodiff
import NeuralNetworks
import RandomNumbers

/// c(z, s): scale · network(s, softmax(z / τ)), with a trained temperature τ and scale.
///
/// Grathwohl et al., "Backpropagation through the Void" (ICLR 2018), section 3.2 and appendix D.
/// The network's output starts at zero, so that training starts from the estimator without it.
public struct RelaxedControlVariate: Module {
  public var network: MLP
  /// log τ
  public var logTemperature = Tensor(0)
  public var scale = Tensor(1)
  private let returnScale: Float
  /// Whether z is an input; a function of the state alone otherwise.
  public let seesRelaxation: Bool

  public init(
    stateCount: Int, actionCount: Int, seesRelaxation: Bool, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [stateCount + (seesRelaxation ? actionCount : 0)]
        + hyperparameters.controlVariateHiddenSizes + [1],
      activation: hyperparameters.activation, output: .zeros, using: &generator)
    returnScale = Float(hyperparameters.returnScale)
    self.seesRelaxation = seesRelaxation
  }

  /// The values at states [rows, width] and relaxed actions z [rows, actions]: a vector [rows].
  public func callAsFunction(_ states: Tensor, relaxation z: Tensor) -> Tensor {
    let rows = states.shape[0]
    var input = states
    if seesRelaxation {
      let soft = z.scaled(by: (-logTemperature).exp()).logSoftmax().exp()
      input = .concatenatingColumns([states, soft])
    }
    return (returnScale * network(input)).reshaped([rows]).scaled(by: scale)
  }

  /// Whether gradients can be taken with respect to the parameters, as when ĝ is to be differentiated
  /// in them; without, nothing needs to be recorded for a second derivative.
  var hasVariables: Bool { scale.isRecorded }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    visit("log_temperature", &logTemperature)
    visit("scale", &scale)
  }
}
